"""Code pages of all regions, detected by names, places and columns. `make bench ONLY=code-pages` measures more."""

from __future__ import annotations

import random
import unicodedata

import pytest

from crm.domain.delimited.code_pages import CODE_PAGES, MAX_WORDS, code_page_of, words_in
from crm.domain.delimited.detection import Detected, FileError, detect
from crm.domain.delimited.dialect import is_bytewise, valid_encoding
from crm.domain.delimited.text_source import utf8
from crm.domain.errors import InvalidInputError
from tests.support.thoroughness import some_of

LISTS = {
    "Western": [
        "Prénom;Straße;Ciudad;Endereço",
        "Zoë;Köln;Málaga;São Paulo",
        "Søren;Århus;Logroño;Évora",
        "Jérôme;Gießen;León;Covilhã",
    ],
    "French": [
        "Prénom;Société;Ville",
        "Hélène;Café Crème;Nîmes",
        "François;L'Étoile;Besançon",
        "Gaëlle;Forêt & Fils;Angoulême",
    ],
    "Swedish": [
        "Förnamn;Län;Ort",
        "Åsa;Skåne;Malmö",
        "Björn;Örebro;Västerås",
        "Märta;Jämtland;Östersund",
    ],
    "Polish": [
        "Imię;Województwo;Miasto",
        "Paweł;Śląskie;Łódź",
        "Żaneta;Małopolskie;Kraków",
        "Józef;Łódzkie;Gdańsk",
    ],
    "Czech": [
        "Jméno;Příjmení;Město",
        "Jiří;Dvořák;Plzeň",
        "Růžena;Němcová;Děčín",
        "Ondřej;Kučera;Třebíč",
    ],
    "Hungarian": [
        "Név;Utca;Város",
        "Győző;Petőfi út;Győr",
        "Erzsébet;Hősök tere;Székesfehérvár",
        "Béla;Fő utca;Pécs",
    ],
    "Romanian": [
        "Prenume;Judeţ;Oraş",
        "Ştefan;Braşov;Timişoara",
        "Andreea;Iaşi;Piteşti",
        "Cătălina;Bacău;Târgu Mureş",
    ],
    "Turkish": [
        "Adı;Soyadı;Şehir",  # noqa: RUF001
        "Gülşen;Yıldız;İstanbul",  # noqa: RUF001
        "Çağla;Öztürk;Diyarbakır",  # noqa: RUF001
        "Uğur;Işık;Şanlıurfa",  # noqa: RUF001
    ],
    "Lithuanian": [
        "Vardas;Pavardė;Miestas",
        "Žydrūnas;Šimkus;Panevėžys",
        "Eglė;Kazlauskaitė;Šiauliai",
        "Jūratė;Čepaitė;Klaipėda",
    ],
    "Vietnamese": [
        "Họ;Tên;Thành phố",
        "Nguyễn;Hương;Đà Nẵng",
        "Trần;Thảo;Cần Thơ",
        "Phạm;Ngọc;Hải Phòng",
    ],
    "Russian": [
        "Имя;Фамилия;Город",
        "Юлия;Щукина;Екатеринбург",
        "Пётр;Орлов;Казань",
        "Алёна;Жукова;Нижний Новгород",
    ],
    "Ukrainian": [
        "Ім'я;Прізвище;Місто",
        "Їжак;Шевченко;Київ",
        "Євген;Ґалаґан;Чернівці",
        "Оксана;Ющенко;Львів",
    ],
    "Greek": [
        "Όνομα;Επώνυμο;Πόλη",
        "Γιώργος;Παπαδόπουλος;Αθήνα",
        "Ελένη;Νικολάου;Θεσσαλονίκη",
        "Άννα;Ιωάννου;Πάτρα",
    ],
    "Hebrew": [
        "שם פרטי;שם משפחה;עיר",
        "דוד;כהן;ירושלים",
        "שרה;לוי;חיפה",
        "יוסף;מזרחי;באר שבע",
    ],
    "Arabic": [
        "الاسم;العائلة;المدينة",
        "محمد;الأحمد;القاهرة",
        "فاطمة;الخطيب;الرياض",
        "عائشة;المصري;الإسكندرية",
    ],
    "Thai": [
        "ชื่อ;นามสกุล;เมือง",
        "สมชาย;ใจดี;กรุงเทพมหานคร",
        "มาลี;รักไทย;เชียงใหม่",
        "ประยุทธ์;ศรีสุข;ขอนแก่น",
    ],
    "Japanese": [
        "名前;会社名;住所",
        "山田太郎;株式会社ソニー;東京都新宿区",
        "佐藤花子;トヨタ自動車;愛知県豊田市",
        "鈴木一郎;ヤマハ発動機;静岡県磐田市",
    ],
    "Korean": [
        "이름;회사;주소",
        "김철수;삼성전자;서울특별시 강남구",
        "이영희;현대자동차;부산광역시 해운대구",
        "박민수;엘지화학;대전광역시 유성구",
    ],
    "Simplified": [
        "姓名;公司;城市",
        "王伟;北京科技有限公司;北京市",
        "李娜;上海贸易有限公司;上海市",
        "张敏;广州电子有限公司;广州市",
    ],
    "Traditional": [
        "姓名;公司;城市",
        "陳怡君;台灣積體電路;臺北市",
        "林志豪;鴻海精密工業;新竹市",
        "黃淑芬;國泰人壽保險;高雄市",
    ],
}
WRITTEN = {
    "Western": "cp1252 iso8859-15 mac-roman cp850",
    "French": "cp1252 iso8859-15 mac-roman cp850 cp437",
    "Swedish": "cp1252 mac-roman cp850 cp437 cp865",
    "Polish": "cp1250 iso8859-2 cp852 mac-latin2",
    "Czech": "cp1250 iso8859-2 cp852 mac-latin2",
    "Hungarian": "cp1250 iso8859-2 cp852 mac-latin2",
    "Romanian": "cp1250 iso8859-2 cp852",
    "Turkish": "cp1254 iso8859-9 cp857 mac-turkish",
    "Lithuanian": "cp1257 iso8859-13 cp775",
    "Vietnamese": "cp1258",
    "Russian": "cp1251 koi8-r iso8859-5 cp866 mac-cyrillic",
    "Ukrainian": "cp1251 koi8-u",
    "Greek": "cp1253 iso8859-7 cp737 mac-greek",
    "Hebrew": "cp1255 iso8859-8 cp862",
    "Arabic": "cp1256 iso8859-6 cp720",
    "Thai": "cp874 tis-620",
    "Japanese": "cp932 shift_jis euc_jp iso2022_jp",
    "Korean": "cp949 euc_kr",
    "Simplified": "gb18030 gb2312",
    "Traditional": "cp950 big5",
}
FILES = [(language, page) for language, pages in WRITTEN.items() for page in pages.split()]


def lines_of(language: str) -> list[str]:
    header, *rows = LISTS[language]
    return [f"email;{header}", *(f"p{n}@example.com;{row}" for n, row in enumerate(rows))]


def written(text: str, page: str) -> bytes:
    """Encode a text; Vietnamese has its accents as separate characters."""
    if page != "cp1258":
        return text.encode(page)
    parts = [c if len(d := unicodedata.normalize("NFD", c)) < 2 else f"{d[:-1]} {d[-1]}" for c in text]
    return b"".join(
        part.encode(page) if " " not in part or part == " " else _two_parts(part, page) for part in parts
    )


def _two_parts(part: str, page: str) -> bytes:
    base, accent = part[:-2], part[-1]
    whole = unicodedata.normalize("NFC", base + accent)
    try:
        return whole.encode(page)
    except UnicodeEncodeError:
        return unicodedata.normalize("NFC", base).encode(page) + accent.encode(page)


def cells_of(content: bytes, detected: Detected) -> list[list[str]]:
    text = b"".join(utf8([content], gzipped=False, encoding=detected.dialect.encoding)).decode()
    return [line.split(";") for line in unicodedata.normalize("NFC", text).splitlines()]


@pytest.mark.parametrize(
    ("language", "page", "rows"), some_of([(*file, rows) for file in FILES for rows in (1, 3)], one_in=5)
)
def test_the_code_page_of_a_customer_list_is_detected(language: str, page: str, rows: int) -> None:
    lines = lines_of(language)[: rows + 1]
    content = written("\r\n".join(lines), page)
    detected = detect(content, whole=True, given={})
    assert cells_of(content, detected) == [line.split(";") for line in lines]
    assert [unicodedata.normalize("NFC", name) for name in detected.header] == lines[0].split(";")
    assert detected.guessed
    assert [problem.code for problem in detected.problems] == ["encoding_guessed"]
    assert detected.dialect.encoding in detected.problems[0].message


@pytest.mark.parametrize("language", LISTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_encodings_are_detected_without_a_warning(language: str, encoding: str) -> None:
    content = "\n".join(lines_of(language)).encode(encoding)
    detected = detect(content, whole=True, given={})
    assert cells_of(content, detected) == [line.split(";") for line in lines_of(language)]
    assert not detected.problems


def test_a_few_broken_bytes_do_not_change_the_detected_encoding() -> None:
    lines = [line.encode() for line in lines_of("French") * 3]
    lines[5] = lines[5].replace(b"\xc3", b"")
    assert detect(b"\n".join(lines), whole=True, given={}).dialect.encoding == "utf-8"


def test_a_file_that_is_text_in_no_code_page_is_refused() -> None:
    with pytest.raises(FileError) as refused:
        detect(_no_words(), whole=True, given={})
    assert refused.value.code == "unknown_encoding"
    assert "mapping" in refused.value.message


def _no_words() -> bytes:
    drawn = random.Random(1)
    return b"email;x\n" + b"".join(bytes(drawn.choices(range(0xA0, 0x100), k=9)) + b";x\n" for _ in range(30))


def test_the_most_common_of_equivalent_code_pages_is_detected() -> None:
    assert code_page_of(["Köln".encode("cp1250"), "Málaga".encode("cp1250")]).name == "cp1252"


def test_the_number_and_length_of_words_are_bounded() -> None:
    words = words_in(b" ".join(f"stra\u00dfe{n}".encode("cp1252") for n in range(5_000)))
    assert len(words) == MAX_WORDS
    assert words[0] == b"stra\xdfe0"
    assert max(map(len, words_in(b"\xe4" * 100_000 + b"x" * 100 + b" " + b"y" * 1_000 + b"\xe4"))) <= 60
    assert words_in(b"plain ASCII\n" * 9) == []


@pytest.mark.parametrize(
    ("given", "encoding"),
    [
        ("Windows-1251", "cp1251"),
        ("latin-1", "cp1252"),
        ("ISO-8859-15", "iso8859-15"),
        ("Shift_JIS", "cp932"),
        ("GBK", "gb18030"),
        ("macintosh", "mac-roman"),
        ("cp037", "cp037"),
        ("utf-7", "utf-7"),
        ("UTF-16", "utf-16-le"),
        ("koi8-r", "koi8-r"),
    ],
)
def test_a_mapping_can_name_any_code_page(given: str, encoding: str) -> None:
    assert valid_encoding(given) == encoding


@pytest.mark.parametrize(
    "given", ["klingon", "base64", "rot13", "unicode_escape", "idna", "punycode", "", "\0"]
)
def test_an_unknown_encoding_is_refused(given: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        valid_encoding(given)
    assert refused.value.details == {"field": "encoding"}


@pytest.mark.parametrize(
    "encoding", ["cp037", "utf-7", "utf-32-be", "iso2022_jp", "johab", "hz", "cp932", "mac-roman"]
)
def test_a_file_is_read_in_the_encoding_of_its_mapping(encoding: str) -> None:
    lines = ["email|name", "a@example.com|Zoe", "b@example.com|{~} \\"]
    content = "\r\n".join(lines).encode(encoding)
    detected = detect(content, whole=True, given={"encoding": encoding})
    text = b"".join(utf8([content], gzipped=False, encoding=detected.dialect.encoding)).decode()
    assert text.removeprefix("\ufeff").splitlines() == lines
    assert detected.header == ["email", "name"]
    assert not detected.problems


def test_bytewise_encodings_are_recognised() -> None:
    assert all(is_bytewise(page) for page in CODE_PAGES)
    assert is_bytewise("cp1251", "|")
    assert not any(is_bytewise(page, "|") for page in ("cp932", "gb18030", "cp950", "utf-16-le", "cp037"))
    assert not any(map(is_bytewise, ("iso2022_jp", "hz", "utf-7", "utf-32", "cp500", "johab")))
