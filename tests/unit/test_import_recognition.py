"""Columns recognised by name, as real systems call them in their exports."""

import csv
import uuid
from pathlib import Path

import pytest

from crm.domain.attribute import Attribute
from crm.domain.imports.columns import UNKNOWN_CONFIDENCE, Suggestion, recognise
from crm.domain.standard_attributes import STANDARD

CONTACTS = Path(__file__).parents[3] / "shared/data/contacts-us-500.csv"


def suggestions(header: str, *rows: list[str], delimiter: str = ",", **more: str) -> list[Suggestion]:
    return recognise(header.split(delimiter), rows, STANDARD, ("crm_id",), **more)  # type: ignore[arg-type]


def filled(header: str, *rows: list[str], delimiter: str = ",", **more: str) -> dict[str, str]:
    """What each column fills: `city`, `identity email`, `consent email`, `tags`."""
    found = suggestions(header, *rows, delimiter=delimiter, **more)
    return {
        known.column: " ".join(
            word for word in (known.target.to, known.target.name) if word and word != "attribute"
        )
        for known in found
    }


def expect(found: dict[str, str], expected: dict[str, str]) -> None:
    assert {column: found[column] for column in expected} == expected


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


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "Kundennummer;Anrede;Vorname;Nachname;E-Mail-Adresse;Telefonnummer;Handy;Straße;Hausnummer;PLZ;Ort;Land;"
            "Geburtsdatum;Firma;Newsletter",
            "identity user_id;salutation;first_name;last_name;identity email;identity phone;mobile;street;street;zip;"
            "city;country;birthday;company;consent email",
        ),
        (
            "Civilité;Prénom;Nom;Adresse e-mail;Téléphone;Portable;Adresse;Code postal;Ville;Pays;Date de naissance;"
            "Société;Langue",
            "salutation;first_name;last_name;identity email;identity phone;mobile;street;zip;city;country;birthday;"
            "company;language",
        ),
        (
            "Imię;Nazwisko;Adres e-mail;Telefon;Ulica;Nr domu;Kod pocztowy;Miasto;Kraj;Data urodzenia;Firma;"
            "Zgoda marketingowa",
            "first_name;last_name;identity email;identity phone;street;street;zip;city;country;birthday;company;"
            "consent email",
        ),
        (
            "Nombre;Apellidos;Correo electrónico;Teléfono;Móvil;Calle;Código postal;Ciudad;Provincia;País;"
            "Fecha de nacimiento;Empresa",
            "first_name;last_name;identity email;identity phone;mobile;street;zip;city;region;country;birthday;company",
        ),
        (
            "Nome;Cognome;E-mail;Telefono;Cellulare;Indirizzo;CAP;Città;Provincia;Data di nascita;Azienda",
            "first_name;last_name;identity email;identity phone;mobile;street;zip;city;region;birthday;company",
        ),
        (
            "Voornaam;Achternaam;E-mailadres;Telefoonnummer;Straat;Huisnummer;Postcode;Woonplaats;Geboortedatum",
            "first_name;last_name;identity email;identity phone;street;street;zip;city;birthday",
        ),
        (
            "Nome;Sobrenome;Endereço de e-mail;Telefone;Rua;CEP;Cidade;Estado;País;Data de nascimento",
            "first_name;last_name;identity email;identity phone;street;zip;city;region;country;birthday",
        ),
        (
            "Jméno;Příjmení;E-mail;Telefon;Ulice;PSČ;Město;Kraj;Země;Datum narození",
            "first_name;last_name;identity email;identity phone;street;zip;city;region;country;birthday",
        ),
    ],
    ids=["german", "french", "polish", "spanish", "italian", "dutch", "portuguese", "czech"],
)
def test_columns_in_other_languages_are_recognised(header: str, expected: str) -> None:
    assert ";".join(filled(header, delimiter=";").values()) == expected


@pytest.mark.skipif(not CONTACTS.exists(), reason="needs the shared data")
def test_a_real_list_of_contacts_is_recognised() -> None:
    with CONTACTS.open(newline="") as file:
        header, *rows = list(csv.reader(file))[:21]
    assert filled(",".join(header), *rows) == {
        "first_name": "first_name",
        "last_name": "last_name",
        "company_name": "company",
        "address": "street",
        "city": "city",
        "county": "county",
        "state": "region",
        "zip": "zip",
        "phone1": "identity phone",
        "phone2": "other_phone",
        "email": "identity email",
        "web": "website",
    }


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("email,Full Name", {"Full Name": "name"}),
        ("email,Name,Vorname", {"Name": "last_name", "Vorname": "first_name"}),
        ("email,Name,First Name,Last Name", {"Name": "name"}),
        ("email,Nom", {"Nom": "name"}),
        ("email,Address", {"Address": "address"}),
        ("email,Address,City", {"Address": "street"}),
        ("email,Address,Address 2,City", {"Address": "street", "Address 2": "street"}),
        ("email,Address 2", {"Address 2": "address_2"}),
        ("email,Street,Address,City", {"Street": "street", "Address": "address"}),
        ("email,Home Phone", {"Home Phone": "phone"}),
        ("First Name,Mobile", {"Mobile": "identity phone"}),
        ("email,Mobile", {"Mobile": "mobile"}),
        ("email,state", {"state": "region"}),
        ("email,crm_id", {"crm_id": "identity crm_id"}),
        ("email,Contact ID,id", {"Contact ID": "contact_id", "id": "id"}),
        ("email,Shoe Size,Shoe size", {"Shoe Size": "shoe_size", "Shoe size": "shoe_size_2"}),
        ("email,!,", {"!": "column_2"}),
        ("email,First Name,Vorname", {"First Name": "first_name", "Vorname": "vorname"}),
    ],
)
def test_other_columns_decide_what_a_column_fills(header: str, expected: dict[str, str]) -> None:
    expect(filled(header), expected)


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        ("column 1", ["ada@example.com", "bob@example.com"], "identity email"),
        ("column 1", ["+49 30 1234567", "+1 212 555 0100"], "identity phone"),
        ("E-Mail", ["yes", "no"], "consent email"),
        ("Newsletter", ["ja", "nein", ""], "consent email"),
        ("Newsletter", ["weekly", "monthly"], "newsletter"),
        ("Status", ["subscribed", "cleaned"], "consent email"),
        ("Status", ["active", "inactive"], "status"),
        ("Birthday", ["05/04", "12/24"], "birthday_text"),
        ("Birthday", ["05/04/1990", "12/24/1985"], "birthday"),
        ("Gender", ["f", "m", "unknown"], "gender"),
        ("Gender", ["7", "8"], "gender_text"),
        ("Points", ["many", "few"], "points"),
    ],
)
def test_cells_decide_what_a_column_fills(column: str, cells: list[str], expected: str) -> None:
    rows = [[cell, f"user-{number}"] for number, cell in enumerate(cells)]
    assert filled(f"{column},user_id", *rows)[column] == expected


def test_filled_columns_precede_empty_ones() -> None:
    found = filled("email,Business City,Home City", ["a@example.com", "", "Berlin"])
    expect(found, {"Business City": "business_city", "Home City": "city"})


def test_own_exports_are_read_back() -> None:
    header = (
        "id,kind,email,other_emails,other_crm_ids,title,address,city,shoe_size,tags,consent:email,"
        "consent:sms:offers,first_seen,orders,attribute:orders,lists"
    )
    expect(
        filled(header),
        {
            "id": "ignore",
            "kind": "ignore",
            "email": "identity email",
            "other_emails": "ignore",
            "other_crm_ids": "ignore",
            "title": "title",
            "address": "address",
            "shoe_size": "shoe_size",
            "tags": "tags",
            "consent:email": "consent email",
            "consent:sms:offers": "consent sms:offers",
            "first_seen": "ignore",
            "orders": "ignore",
            "attribute:orders": "orders",
            "lists": "ignore",
        },
    )


@pytest.mark.parametrize(
    "header",
    [
        "email,first_name,orders,revenue",
        "id,kind,email,orders,revenue,last_seen",
        "id,email,name,first_seen,last_seen,lists,segments",
        "email,consent:email,consent:sms,consent:push,orders,last_seen",
    ],
)
def test_built_in_names_in_files_of_other_systems_are_kept(header: str) -> None:
    found = filled(header)
    kept = ("id", "kind", "orders", "revenue", "first_seen", "last_seen", "lists")
    assert {found[name] for name in kept if name in found} == {name for name in kept if name in found}


@pytest.mark.parametrize(
    ("column", "attribute"),
    [
        ("\u0e0a\u0e37\u0e48\u0e2d", "\u0e0a\u0e37\u0e48\u0e2d"),
        ("Th\u00e0nh ph\u00f4\u0301", "th\u00e0nh_ph\u1ed1"),
        ("\u0936\u0939\u0930 / 2", "\u0936\u0939\u0930_2"),
        ("Shoe-size (EU)", "shoe_size_eu"),
    ],
)
def test_attribute_names_keep_combining_marks(column: str, attribute: str) -> None:
    assert filled(f"email,{column}")[column] == attribute


def test_profile_ids_are_recognised_by_their_format() -> None:
    ours, other = str(uuid.uuid5(uuid.NAMESPACE_DNS, "a")), str(uuid.uuid4())
    assert filled("id,email", [ours, "a@example.com"])["id"] == "profile_id"
    assert filled("id,email", [other, "a@example.com"])["id"] == "id"


def test_a_corrected_report_can_be_imported() -> None:
    found = filled("E-Mail,import_line,import_code,import_error")
    assert found == dict.fromkeys(("import_line", "import_code", "import_error"), "ignore") | {
        "E-Mail": "identity email"
    }


def test_declared_attributes_are_found_by_name_and_label() -> None:
    declared = STANDARD | {"shoe_size": Attribute("shoe_size", "Schuhgröße", "number")}
    found = recognise(["email", "SCHUHGRÖSSE", "Shoe Size"], [], declared, ())
    assert [known.target.name for known in found] == ["email", "shoe_size", "shoe_size_2"]


def test_an_archived_attribute_is_not_filled() -> None:
    declared = STANDARD | {"fax": Attribute("fax", "Fax", archived=True)}
    assert recognise(["email", "Fax"], [["a@example.com", "1"]], declared, ())[1].target.name == "fax_text"


def test_confidence_is_high_for_certain_columns() -> None:
    exact, alias, unknown = suggestions("email,Postcode,Favourite colour")
    assert exact.confidence > alias.confidence > unknown.confidence == UNKNOWN_CONFIDENCE
    assert all(known.why for known in (exact, alias, unknown))


def test_columns_of_event_files_are_recognised() -> None:
    header = "Event,Order Date,Customer ID,Email,Total,City,Event ID"
    assert filled(header, kind="events") == {
        "Event": "event",
        "Order Date": "time",
        "Customer ID": "identity user_id",
        "Email": "identity email",
        "Total": "property Total",
        "City": "property City",
        "Event ID": "message_id",
    }
