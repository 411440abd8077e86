"""Small tables of people in several languages, for the files of the corpus."""

from __future__ import annotations

Table = list[list[str]]

HEADERS = {
    "en": ["First name", "E-mail", "City", "Note"],
    "pl": ["Imię", "E-mail", "Miasto", "Uwagi"],
    "cs": ["Jméno", "E-mail", "Město", "Poznámka"],
    "hu": ["Név", "E-mail", "Város", "Megjegyzés"],
    "de": ["Vorname", "E-Mail", "Stadt", "Bemerkung"],
    "fr": ["Prénom", "E-mail", "Ville", "Remarque"],
    "es": ["Nombre", "E-mail", "Ciudad", "Observación"],
    "da": ["Fornavn", "E-mail", "By", "Bemærkning"],
    "pt": ["Nome", "E-mail", "Cidade", "Observação"],
    "it": ["Nome", "E-mail", "Città", "Nota"],
}

_PEOPLE = {
    "en": "Ann/Leeds Bob/York Cleo/Bath Dan/Hull Eve/Ely Fay/Truro Gus/Wells Hal/Derby",
    "pl": "Paweł/Łódź Michał/Kraków Żaneta/Gdańsk Józef/Poznań Zdzisław/Wrocław Małgorzata/Rzeszów Łucja/Białystok",
    "cs": "Jiří/Plzeň Lukáš/Děčín Tomáš/Liberec Žaneta/Příbram Růžena/Brno Ondřej/Třebíč Markéta/Ústí Václav/Kladno",
    "hu": "Győző/Győr Erzsébet/Pécs Béla/Székesfehérvár Ágnes/Hódmezővásárhely Jenő/Eger Zsófia/Kecskemét László/Érd",
    "de": "Jürgen/Köln Käthe/Nürnberg Björn/Düsseldorf Ömer/Münster Jörg/Lübeck Anna/Gießen Hans/Berlin Zoë/Görlitz",
    "fr": "Hélène/Nîmes François/Orléans Éloïse/Besançon Jérôme/Angoulême Zoë/Évry Aurélie/Sète Noël/Béziers",
    "es": "José/Logroño Begoña/Cádiz Ángel/Málaga Íñigo/Coruña María/León Sofía/Jaén Nicolás/Mérida Andrés/Ávila",
    "da": "Søren/København Bjørn/Århus Åse/Tønder Lærke/Sønderborg Jørgen/Næstved Mette/Køge Ærø/Ribe Pål/Tromsø",
    "pt": "João/Guimarães Conceição/Évora António/Bragança Inês/São_Paulo Simão/Covilhã Mónica/Leça Tomé/Olhão",
    "it": "Nicolò/Forlì Giosuè/Cantù Noè/Città_di_Castello Desirée/Canicattì Niccolò/Patù Mosè/Viggiù Anna/Roma",
}


def people(language: str, times: int = 1) -> Table:
    """Build rows of name, address, city and an empty note, with new email addresses in each call."""
    pairs = [pair.replace("_", " ").split("/") for pair in _PEOPLE[language].split()]
    return [
        [name, f"p{time * len(pairs) + number}@example.com", city, ""]
        for time in range(times)
        for number, (name, city) in enumerate(pairs)
    ]
