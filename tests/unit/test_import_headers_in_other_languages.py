"""Headers in other languages and of a real list of contacts, and what their columns fill."""

import csv
from pathlib import Path

import pytest

from tests.support.recognised_columns import filled

CONTACTS = Path(__file__).parents[3] / "shared/data/contacts-us-500.csv"


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
