"""Currencies whose amounts are added up: the codes of ISO 4217.

These are list one of the maintenance agency (SIX) as of January 2026, with its funds, metals and units of account,
and the codes withdrawn since 2015, which older orders have. Common names outside the standard (CNH, BTC) do not
count.
"""

from typing import Any

_CURRENT = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP "
    "GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT "
    "LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR "
    "NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
    "SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD "
    "XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG "
)
_WITHDRAWN = "ANG BGN BYR CUC HRK LTL MRO SLL STD VEF ZWL"

CURRENCIES = frozenset([*_CURRENT.split(), *_WITHDRAWN.split()])


def currency_of(currency: Any) -> str:
    """Return the upper-case ISO 4217 code; an empty text for anything else, so that senders cannot invent codes."""
    if not isinstance(currency, str):
        return ""
    code = currency.strip().upper()
    return code if code in CURRENCIES else ""
