"""Create the HTTP API that the emulator does not: it ignores the OpenAPI body into which SAM writes the routes.

The API gets a fixed id, so that its URL is known before the deployment and survives it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from infra.local.layout import NAME, Stack

METHODS = {"get", "post", "put", "patch", "delete"}
DEFAULT_ROUTE = "$default"


def create_api(stack: Stack) -> None:
    """Replace the API by the one that the deployed template describes."""
    body, parameters = _described(stack)
    client = stack.client("apigatewayv2")
    if any(api["ApiId"] == NAME for api in client.get_apis()["Items"]):
        client.delete_api(ApiId=NAME)
    cors = _cors(body["x-amazon-apigateway-cors"], parameters)
    client.create_api(Name=NAME, ProtocolType="HTTP", CorsConfiguration=cors, Tags={"ms-custom-id": NAME})
    client.create_stage(ApiId=NAME, StageName="$default", AutoDeploy=True)
    functions = _function_arns(stack)
    authorizers = {
        name: _create_authorizer(client, name, scheme["x-amazon-apigateway-authorizer"], functions)
        for name, scheme in body["components"]["securitySchemes"].items()
    }
    targets = {name: _create_integration(client, arn) for name, arn in functions.items()}
    for route_key, operation in _operations(body):
        function = _function_in(operation["x-amazon-apigateway-integration"]["uri"])
        attached = [
            authorizers[name] for entry in operation["security"] for name in entry if name in authorizers
        ]
        security = {"AuthorizationType": "CUSTOM", "AuthorizerId": attached[0]} if attached else {}
        client.create_route(ApiId=NAME, RouteKey=route_key, Target=targets[function], **security)


def _described(stack: Stack) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the OpenAPI body of the deployed template, and the parameters it refers to."""
    formation = stack.client("cloudformation")
    template = formation.get_template(StackName=NAME, TemplateStage="Processed")["TemplateBody"]
    resources = (json.loads(template) if isinstance(template, str) else template)["Resources"]
    described = formation.describe_stacks(StackName=NAME)["Stacks"][0]["Parameters"]
    parameters = {entry["ParameterKey"]: entry["ParameterValue"] for entry in described}
    return resources["Api"]["Properties"]["Body"], parameters


def _function_arns(stack: Stack) -> dict[str, str]:
    """Return the ARN of each function by its logical id."""
    resources = stack.client("cloudformation").describe_stack_resources(StackName=NAME)["StackResources"]
    arns = {
        function["FunctionName"]: function["FunctionArn"]
        for function in stack.client("lambda").list_functions()["Functions"]
    }
    return {
        resource["LogicalResourceId"]: arns[resource["PhysicalResourceId"]]
        for resource in resources
        if resource["ResourceType"] == "AWS::Lambda::Function"
    }


def _operations(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in body["paths"].items():
        if path == DEFAULT_ROUTE:
            yield DEFAULT_ROUTE, operations["x-amazon-apigateway-any-method"]
        for method in METHODS & operations.keys():
            yield f"{method.upper()} {path}", operations[method]


def _create_integration(client: Any, function_arn: str) -> str:
    created = client.create_integration(
        ApiId=NAME, IntegrationType="AWS_PROXY", IntegrationUri=function_arn, PayloadFormatVersion="2.0"
    )
    return f"integrations/{created['IntegrationId']}"


def _create_authorizer(client: Any, name: str, described: dict[str, Any], functions: dict[str, str]) -> str:
    created = client.create_authorizer(
        ApiId=NAME,
        Name=name,
        AuthorizerType="REQUEST",
        AuthorizerUri=functions[_function_in(described["authorizerUri"])],
        AuthorizerPayloadFormatVersion=described["authorizerPayloadFormatVersion"],
        EnableSimpleResponses=described["enableSimpleResponses"],
        AuthorizerResultTtlInSeconds=described["authorizerResultTtlInSeconds"],
        IdentitySource=[],
    )
    return str(created["AuthorizerId"])


def _function_in(uri: Any) -> str:
    """Return the logical id of the function in an invocation URI of SAM."""
    found = re.search(r"\$\{(\w+)\.Arn\}|\"Fn::GetAtt\": \[\"(\w+)\"", json.dumps(uri))
    if found is None:
        raise ValueError(f"no function in {uri!r}")
    return found[1] or found[2]


def _cors(described: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    origins = described["allowOrigins"]
    if isinstance(origins, dict):
        origins = parameters[origins["Ref"]]
    if isinstance(origins, str):
        origins = origins.split(",")
    return {
        "AllowOrigins": origins,
        "AllowMethods": described["allowMethods"],
        "AllowHeaders": described["allowHeaders"],
        "ExposeHeaders": described["exposeHeaders"],
        "MaxAge": described["maxAge"],
    }
