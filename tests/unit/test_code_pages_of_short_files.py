"""Code pages of files with a few words beyond ASCII: a handful of customers, or nothing but quotes and currencies."""

from __future__ import annotations

import pytest

from crm.domain.delimited.detection import detect
from tests.support.thoroughness import some_of

FEW = {
    "de": ("Nachname;Ort;Straße|Müller;Köln;Hauptstraße 5|Jäger;Bonn;Ringstraße 7", "cp1252 mac-roman cp850 cp437"),
    "de, two names": ("Nachname;Ort|Müller;Köln|Schmidt;Berlin|Weiß;Bonn", "cp1252 mac-roman cp850 cp437 iso8859-15"),
    "fr": ("Nom;Ville|Lefèvre;Orléans|Hélène;Nîmes|François;Besançon", "cp1252 mac-roman cp850 cp437 iso8859-15"),
    "es": ("Apellido;Ciudad|García;Málaga|Muñoz;León|Pérez;Cádiz", "cp1252 mac-roman cp850 cp437 iso8859-15"),
    "es, two names": ("Nombre;Teléfono|José;1|María;2", "cp1252 mac-roman cp850 cp437 iso8859-15"),
    "pt": ("Nome;Cidade|João;São Paulo|Conceição;Évora|Inês;Covilhã", "cp1252 mac-roman cp850 cp860"),
    "it": ("Nome;Città|Niccolò;Forlì|Anna;Cantù", "cp1252 mac-roman cp850 cp437"),
    "sv": ("Namn;Ort|Åsa;Malmö|Björn;Göteborg|Göran;Växjö", "cp1252 mac-roman cp850 cp437 cp865"),
    "da": ("Navn;By|Søren;Århus|Jørgen;København|Bjørn;Næstved", "cp1252 mac-roman cp850 cp865"),
    "pl": ("Imię;Miasto|Paweł;Łódź|Łukasz;Kraków|Małgorzata;Gdańsk", "cp1250 iso8859-2 cp852 mac-latin2"),
    "cs": ("Jméno;Město|Jiří;Plzeň|Tomáš;Brno|Lucie;Liberec", "cp1250 iso8859-2 cp852 mac-latin2"),
    "hu": ("Név;Város|Kovács;Győr|Tóth;Pécs|Szabó;Eger", "cp1250 iso8859-2 cp852 mac-latin2"),
    "ro": ("Nume;Oraş|Ştefan;Iaşi|Ioniţă;Timişoara|Pop;Cluj", "cp1250 iso8859-2 cp852"),
    "hr": ("Ime;Grad|Horvat;Šibenik|Kovačević;Čakovec|Marić;Đakovo", "cp1250 iso8859-2 cp852"),
    "tr": ("Ad;Şehir|Yılmaz;İstanbul|Çelik;Eskişehir|Şahin;Muğla", "cp1254 iso8859-9 cp857 mac-turkish"),  # noqa: RUF001
    "lt": ("Vardas;Miestas|Žydrūnas;Šiauliai|Jūratė;Panevėžys", "cp1257 iso8859-13 cp775"),
    "lv": ("Vārds;Pilsēta|Jānis;Liepāja|Līga;Rēzekne|Ilze;Rīga", "cp1257 iso8859-13 cp775"),
    "ru": ("Имя;Город|Иван;Москва|Ольга;Казань", "cp1251 koi8-r iso8859-5 cp866 mac-cyrillic"),
    "el": ("Όνομα;Πόλη|Γιώργος;Αθήνα|Άννα;Πάτρα", "cp1253 iso8859-7 cp737 mac-greek"),
    "of all Europe": ("Name;Ort|Müller;Köln|José;Málaga|Søren;Århus|Hélène;Nîmes", "cp1252 mac-roman cp850"),
    "apostrophes": ("name;note|Ann;Don\u2019t call|O\u2019Brien;ok", "cp1252 mac-roman cp1250 cp1251"),
    "quotes": ("name;note|Ann;Children\u2019s toys|Eve;\u201cquoted\u201d text", "cp1252 mac-roman cp1250"),
    "dashes": ("name;note|Ann;2020\u20132021|Bob;A \u2013 B", "cp1252 mac-roman cp1251"),
    "euros": ("name;price|Ann;€ 5|Bob;5 €|Cid;10€", "cp1252 mac-roman iso8859-15 cp1251"),
    "one euro": ("name;price|Ann;5€", "cp1252 mac-roman iso8859-15"),
    "a pound": ("name;price|Ann;£5", "cp1252 mac-roman cp850 iso8859-15"),
    "marks": ("name;firm|Ann;Acme™|Bob;Foo®", "cp1252 mac-roman"),
    "degrees and numbers": ("name;note|Ann;20°C|Bob;Nº 5|Eve;1ª", "cp1252 mac-roman cp850"),
    "an ellipsis": ("name;note|Ann;wait…", "cp1252 mac-roman"),
    "thousands": ("name;price|Ann;1\u00a0000|Bob;2\u00a0500", "cp1252 mac-roman cp850"),
    "a café": ("name;note|Ann;Café", "cp1252 mac-roman cp850"),
    "Russian quotes": ("имя;компания|Иван;Завод «Ромашка» № 5", "cp1251 mac-cyrillic"),
    "French apostrophes": ("nom;société|Ann;L\u2019Étoile d\u2019Or|Bob;Aujourd\u2019hui", "cp1252 mac-roman"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "page"),
    some_of([(name, page) for name, (_, pages) in FEW.items() for page in pages.split()], one_in=3),
)
def test_the_code_page_of_a_few_words_is_detected(name: str, page: str) -> None:
    text = FEW[name][0].replace("|", "\r\n")
    detected = detect(text.encode(page), whole=True, given={})
    assert text.encode(page).decode(detected.dialect.encoding) == text
    assert detected.guessed
