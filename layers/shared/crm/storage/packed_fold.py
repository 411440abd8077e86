"""Pack folds for storage: one byte that names the format, then the JSON text as raw DEFLATE (RFC 1951).

The compressor starts from a preset dictionary of typical contents, so that short texts are compressed as well. DynamoDB
bills an item by the kilobyte, and the fold is most of a profile.
"""

import base64
import zlib
from collections.abc import Mapping
from typing import Any

FORMAT = 2
"""The format of new folds, which names the dictionary. Folds stay readable forever: another dictionary gets another
number, and the old ones stay.
"""

_MEMORY = 4
"""For texts of a few hundred bytes: zlib's default spends 50 us on clearing its tables."""

_WITHOUT_ORDERS = (
    b'"accepted":"denied","expires_at":"proof":"double_opt_in":"pending","unsubscribe:"form:"import:'
    b'"birthday":["gender":["job_title":["website":["language":["created_at":["company":["country":["region":["state":['
    b'"postal_code":["street":["address":[{"username":["title":["avatar":["age":["plan":["name":["zip":["phone":["+'
    b'"GBP":"USD":"email:marketing":[{"state":"granted","at":1sms:whatsapp:processing:source":"channel":purpose":'
    b'"responsible":["list:0y":{"2a":{"1a":{"0f":{"2f":{"1y":{"L":{"attributes":["R":{"g":{"c":{"y":{"l":{"f":{"cp":{'
    b'"device":"iPhone","device_type":"mobile","browser":"Safari","browser":"Firefox","browser":"Edge",'
    b'"os":"Android","os":"Windows","os":"Linux","os":"iOS","device":"PC","device_type":"tablet",'
    b'"locale":"en-US","locale":"en-GB","locale":"es-ES","locale":"fr-FR","timezone":"America/'
    b'"b":1,"x":1,"z":1,"u":1,"j":1,"q":["m":["d":[["v":["h":[["p":[["'
    b'{"i":["anonymous_id","{"i":["email","@example.com"],"@gmail.com",{"i":["phone","+"],"o":{"":["user_id",",0,0,0]},'
    b'{"i":["user_id",""],"a":{"city":["",0],"email":[".com",0],"first_name":["",0],"last_name":["",0]},"V":"1",'
    b'"e":[{"browser":"Chrome","browser_version":"1","os":"macOS","device":"Mac","device_type":"desktop",'
    b'"locale":"de-DE","timezone":"Europe/Berlin"},1],"t":[17,17,null],"w":[-,0],'
    b'"n":[[29,1440,1],[299,2880,2,0,2,{"EUR":"0"}],[3,4320,{"EUR":"]],'
    b'"t":[null,null,null],"k":[["anonymous_id","",2,0,7],["email","",3,0,["user_id",",1,1]],"s":[[17,"~"],[179,"~"],[18,"~"]]}'
)
_ORDERS = (
    b'"Order Refunded":[0,0,{"Order Updated":[0,0,{"Order Cancelled":[0,0,{"x":1,"r":[["u":"GBP"],"USD"],"V":"6","e":[{'
    b'"D":"AQAAA","O":{"e":{"o":[[41650,{"f":1,"a":[0,[0000000,null,null,null]],"c":[0,"EUR"],'
    b'"o":{"Order Completed":[0,0,{"s":[1,0000000]}]},"w":[[0,36000000,"",0]]}]],"o'
)
_DICTIONARIES = {1: _WITHOUT_ORDERS, FORMAT: _WITHOUT_ORDERS + _ORDERS}


def pack(text: str) -> dict[str, Any]:
    """Pack a fold into its attribute: binary, or text if that is not longer."""
    plain = text.encode()
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS, memLevel=_MEMORY, zdict=_DICTIONARIES[FORMAT])
    packed = bytes((FORMAT,)) + compressor.compress(plain) + compressor.flush()
    return {"B": packed} if len(packed) < len(plain) else {"S": text}


def unpack(attribute: Mapping[str, Any]) -> str:
    """Unpack a fold from the table or the stream; an earlier version of the software stored text.

    Raises ValueError for a format that a later version wrote.
    """
    if "S" in attribute:
        return str(attribute["S"])
    packed = bytes_of(attribute)
    dictionary = _DICTIONARIES.get(packed[0])
    if dictionary is None:
        raise ValueError(f"the fold has the unknown format {packed[0]}")
    return zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=dictionary).decompress(packed[1:]).decode()


def bytes_of(attribute: Mapping[str, Any]) -> bytes:
    """Return the bytes of an attribute, from a response of the table or a record of the stream."""
    content = attribute["B"]
    return base64.b64decode(content) if isinstance(content, str) else bytes(content)
