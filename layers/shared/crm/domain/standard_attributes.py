"""The attributes that every deployment has, under the names that events fill (table: docs/attributes.md)."""

from dataclasses import replace

from crm.domain.attribute import CHOICE, DATE, DATETIME, LIST, NUMBER, Attribute
from crm.domain.identity import EMAIL, PHONE

_GROUPS = {
    "name": (
        Attribute("name", "Full name"),
        Attribute("salutation", "Salutation"),
        Attribute("first_name", "First name"),
        Attribute("last_name", "Last name"),
        Attribute("username", "User name"),
        Attribute("avatar", "Picture", description="Address (URL) of a picture"),
    ),
    "contact": (
        Attribute("email", "Email", format=EMAIL),
        Attribute("phone", "Phone", format=PHONE),
        Attribute("mobile", "Mobile phone", format=PHONE),
        Attribute("other_phone", "Other phone", format=PHONE),
        Attribute("fax", "Fax", format=PHONE),
    ),
    "address": (
        Attribute("street", "Street and number"),
        Attribute("zip", "Postal code"),
        Attribute("city", "City"),
        Attribute("region", "Region or state"),
        Attribute("country", "Country"),
        Attribute("address", "Address in one text"),
    ),
    "demographics": (
        Attribute("birthday", "Date of birth", DATE),
        Attribute("age", "Age", NUMBER),
        Attribute("gender", "Gender", CHOICE, choices=("female", "male", "other")),
        Attribute("language", "Language"),
    ),
    "company": (
        Attribute("company", "Company"),
        Attribute("title", "Job title"),
        Attribute("department", "Department"),
        Attribute("industry", "Industry"),
        Attribute("vat_id", "VAT number"),
        Attribute("organisations", "Organisations", LIST),
        Attribute("company_id", "Company id"),
        Attribute("company_industry", "Industry of the company"),
        Attribute("company_employee_count", "Employees of the company", NUMBER),
        Attribute("company_plan", "Plan of the company"),
    ),
    "websites": (
        Attribute("website", "Website"),
        Attribute("websites", "Further websites", LIST),
    ),
    "social": (
        Attribute("facebook", "Facebook"),
        Attribute("instagram", "Instagram"),
        Attribute("linkedin", "LinkedIn"),
        Attribute("pinterest", "Pinterest"),
        Attribute("tiktok", "TikTok"),
        Attribute("x", "X (Twitter)"),
        Attribute("xing", "XING"),
        Attribute("youtube", "YouTube"),
    ),
    "loyalty": (
        Attribute("loyalty_card", "Loyalty card"),
        Attribute("loyalty_points", "Loyalty points", NUMBER),
        Attribute("account_balance", "Account balance", NUMBER),
        Attribute("plan", "Plan"),
    ),
    "account": (
        Attribute("created_at", "Customer since", DATETIME),
        Attribute("description", "About the customer"),
    ),
}
STANDARD = {
    attribute.name: replace(attribute, group=group, standard=True)
    for group, attributes in _GROUPS.items()
    for attribute in attributes
}
"""The standard attributes by name, in the order in which they are listed."""
