"""Headers of other systems' exports, and what each of their columns fills."""

import pytest

from tests.support.recognised_columns import expect, filled

MAILCHIMP = (
    "Email Address,First Name,Last Name,Address,Phone Number,Birthday,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,"
    "CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS"
)
HUBSPOT = (
    "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Contact owner,Last Activity Date (PDT),"
    "Lead Status,Marketing contact status,Create Date (PDT),Associated Company,Job Title,Street Address,City,"
    "State/Region,Postal Code,Country/Region,Website URL,Date of birth,Unsubscribed from all email,Lifecycle Stage"
)
GOOGLE = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,Organization Name,Organization Title,"
    "Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,"
    "E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,"
    "Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - Region,Address 1 - Postal Code,"
    "Address 1 - Country,Address 1 - Extended Address,Website 1 - Value"
)
GOOGLE_OLD = (
    "Name,Given Name,Additional Name,Family Name,Birthday,Gender,Occupation,Notes,Language,Group Membership,"
    "E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Address 1 - Street,Address 1 - City,"
    "Address 1 - Postal Code,Organization 1 - Name,Organization 1 - Title,Website 1 - Value"
)
OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,"
    "Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home City,Business Fax,"
    "Business Phone,Business Phone 2,Home Phone,Mobile Phone,Birthday,Categories,E-mail Address,"
    "E-mail Display Name,E-mail 2 Address,Gender,Web Page"
)
SALESFORCE = (
    "Salutation,First Name,Last Name,Title,Account Name,Mailing Street,Mailing City,Mailing State/Province,"
    "Mailing Zip/Postal Code,Mailing Country,Phone,Mobile,Fax,Email,Contact ID,Lead Source,Email Opt Out,"
    "Birthdate,Department,Created Date,Last Modified Date"
)
SALESFORCE_API = (
    "Id,FirstName,LastName,Email,MobilePhone,MailingPostalCode,HasOptedOutOfEmail,LastModifiedDate"
)
SHOPIFY = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
    "Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,"
    "Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,"
    "Total Spent,Total Orders,Note,Tax Exempt,Tags"
)
SHOPIFY_ORDERS = (
    "Name,Email,Financial Status,Paid at,Accepts Marketing,Subtotal,Total,Created at,Lineitem quantity,"
    "Lineitem name,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,"
    "Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Street,Tags,Id,Phone"
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            MAILCHIMP,
            {
                "Email Address": "identity email",
                "First Name": "first_name",
                "Last Name": "last_name",
                "Address": "address",
                "Phone Number": "identity phone",
                "Birthday": "birthday",
                "CC": "country",
                "REGION": "region",
                "LAST_CHANGED": "changed_at",
                "TAGS": "tags",
                "MEMBER_RATING": "member_rating",
                "NOTES": "notes",
            },
        ),
        (
            HUBSPOT,
            {
                "Record ID": "record_id",
                "Email": "identity email",
                "Phone Number": "identity phone",
                "Mobile Phone Number": "mobile",
                "Create Date (PDT)": "created_at",
                "Associated Company": "company",
                "Job Title": "title",
                "Street Address": "street",
                "State/Region": "region",
                "Postal Code": "zip",
                "Country/Region": "country",
                "Website URL": "website",
                "Date of birth": "birthday",
                "Unsubscribed from all email": "consent email",
                "Marketing contact status": "marketing_contact_status",
            },
        ),
        (
            GOOGLE,
            {
                "Name Prefix": "salutation",
                "Organization Name": "company",
                "Organization Title": "title",
                "Labels": "tags",
                "E-mail 1 - Label": "ignore",
                "E-mail 1 - Value": "identity email",
                "E-mail 2 - Value": "e_mail_2_value",
                "Phone 1 - Value": "identity phone",
                "Phone 2 - Value": "other_phone",
                "Address 1 - Formatted": "address",
                "Address 1 - Street": "street",
                "Address 1 - Extended Address": "street",
                "Address 1 - Postal Code": "zip",
                "Website 1 - Value": "website",
            },
        ),
        (
            GOOGLE_OLD,
            {
                "Name": "name",
                "Given Name": "first_name",
                "Family Name": "last_name",
                "Group Membership": "tags",
                "Occupation": "title",
                "E-mail 1 - Value": "identity email",
                "Phone 1 - Value": "identity phone",
                "Organization 1 - Name": "company",
            },
        ),
        (
            OUTLOOK,
            {
                "Title": "salutation",
                "Job Title": "title",
                "Business Street": "street",
                "Business Street 2": "street",
                "Business City": "city",
                "Home Street": "home_street",
                "Business Fax": "fax",
                "Business Phone": "phone",
                "Business Phone 2": "other_phone",
                "Mobile Phone": "mobile",
                "Categories": "tags",
                "E-mail Address": "identity email",
                "E-mail Display Name": "ignore",
                "Web Page": "website",
            },
        ),
        (
            SALESFORCE,
            {
                "Salutation": "salutation",
                "Title": "title",
                "Account Name": "company",
                "Mailing Street": "street",
                "Mailing State/Province": "region",
                "Mailing Zip/Postal Code": "zip",
                "Mailing Country": "country",
                "Phone": "identity phone",
                "Mobile": "mobile",
                "Contact ID": "contact_id",
                "Email Opt Out": "consent email",
                "Birthdate": "birthday",
                "Last Modified Date": "changed_at",
            },
        ),
        (
            SALESFORCE_API,
            {
                "Id": "id",
                "FirstName": "first_name",
                "LastName": "last_name",
                "MobilePhone": "mobile",
                "MailingPostalCode": "zip",
                "HasOptedOutOfEmail": "consent email",
                "LastModifiedDate": "changed_at",
            },
        ),
        (
            SHOPIFY,
            {
                "Customer ID": "identity user_id",
                "Email": "identity email",
                "Accepts Email Marketing": "consent email",
                "Accepts SMS Marketing": "consent sms",
                "Default Address Company": "company",
                "Default Address Address1": "street",
                "Default Address Address2": "street",
                "Default Address Province Code": "region",
                "Default Address Country Code": "country",
                "Default Address Zip": "zip",
                "Phone": "identity phone",
                "Default Address Phone": "other_phone",
                "Total Spent": "total_spent",
                "Tags": "tags",
            },
        ),
        (
            SHOPIFY_ORDERS,
            {
                "Name": "order",
                "Id": "order_id",
                "Tags": "order_tags",
                "Created at": "order_created_at",
                "Email": "identity email",
                "Accepts Marketing": "consent email",
                "Billing Name": "name",
                "Billing Street": "street",
                "Billing Address2": "billing_address2",
                "Billing Company": "company",
                "Billing Zip": "zip",
                "Phone": "identity phone",
                "Billing Phone": "other_phone",
                "Shipping Street": "shipping_street",
            },
        ),
    ],
    ids=[
        "mailchimp",
        "hubspot",
        "google",
        "google-old",
        "outlook",
        "salesforce",
        "salesforce-api",
        "shopify",
        "shopify-orders",
    ],
)
def test_columns_of_other_systems_are_recognised(header: str, expected: dict[str, str]) -> None:
    expect(filled(header), expected)
