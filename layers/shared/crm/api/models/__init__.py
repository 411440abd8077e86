"""The request and response models of the API, by area. Loaded only to validate a body or to generate the OpenAPI
document.
"""
