"""Exports of orders and payments of shops, recognised by their headers and read as events without a mapping."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from crm.domain.counts import ORDER_COMPLETED
from crm.domain.identity import EMAIL, PHONE
from crm.domain.imports.aliases import alias_key
from crm.domain.imports.mapping import IGNORE_OTHERS, ImportMapping
from crm.domain.imports.target import (
    EVENTS,
    IDENTITY,
    LINE,
    MESSAGE_ID,
    PROFILES,
    PROPERTY,
    STATE,
    TIME,
    Target,
)

RECOGNISED_ORDERS = "recognised_orders"
"""Warning: without a mapping, a file was read as a shop's export of orders."""

Targets = Mapping[str, Target]

_EMAIL, _PHONE = Target(IDENTITY, EMAIL), Target(IDENTITY, PHONE)
_ID, _TIME, _STATE = Target(MESSAGE_ID), Target(TIME), Target(STATE)


@dataclass(frozen=True, slots=True)
class OrderExport:
    """A known export.

    `when`: columns that no other export has together. `columns`: the target of each; of several with one target, the
    first one that the file has. All others are ignored. `time_zone`: of times without an offset.
    """

    of: str
    when: Sequence[str]
    columns: Targets
    time_zone: str | None = None

    def is_of(self, keys: Mapping[str, int]) -> bool:
        """Return whether a file with these columns is one."""
        return all(alias_key(name) in keys for name in self.when)

    def mapping(self, given: ImportMapping, keys: Mapping[str, int]) -> ImportMapping:
        """Return the mapping of such a file, with the given one for everything else."""
        targets: dict[Target, int] = {}
        for name, target in self.columns.items():
            if (place := keys.get(alias_key(name))) is not None:
                targets.setdefault(target, place)
        columns = tuple(sorted((place, target) for target, place in targets.items()))
        return replace(
            given,
            kind=EVENTS,
            event_name=ORDER_COMPLETED,
            columns=tuple((place + 1, target) for place, target in columns),
            other_columns=IGNORE_OTHERS,
            time_zone=given.time_zone or self.time_zone,
        )


def as_orders(given: ImportMapping, header: Sequence[str]) -> ImportMapping | None:
    """Return the mapping of an export of orders with this header.

    None for any other file, and where `given` itself decides how the columns of a file are read.
    """
    if given.version or given.columns or given.kind != PROFILES or given.name:
        return None
    keys: dict[str, int] = {}
    for place, name in enumerate(header):
        keys.setdefault(alias_key(name), place)
    found = next((export for export in _EXPORTS if export.is_of(keys)), None)
    return found.mapping(given, keys) if found else None


def _properties(**columns: str) -> Targets:
    return {column: Target(PROPERTY, name) for name, column in columns.items()}


def _lines(**columns: str) -> Targets:
    return {column: Target(LINE, name) for name, column in columns.items()}


_SHOPIFY: Final[Targets] = {
    "Name": _ID,
    "Email": _EMAIL,
    "Phone": _PHONE,
    "Created at": _TIME,
    "Cancelled at": _STATE,
    **_properties(
        currency="Currency",
        total="Total",
        subtotal="Subtotal",
        shipping="Shipping",
        tax="Taxes",
        discount="Discount Amount",
        coupon="Discount Code",
        financial_status="Financial Status",
        fulfillment_status="Fulfillment Status",
        paid_at="Paid at",
        refunded="Refunded Amount",
        payment_method="Payment Method",
    ),
    **_lines(
        name="Lineitem name",
        sku="Lineitem sku",
        quantity="Lineitem quantity",
        price="Lineitem price",
        discount="Lineitem discount",
        brand="Vendor",
    ),
}
_WOOCOMMERCE: Final[Targets] = {
    "Order Number": _ID,
    "Order ID": _ID,
    "Email (Billing)": _EMAIL,
    "Billing Email": _EMAIL,
    "Customer Email": _EMAIL,
    "Phone (Billing)": _PHONE,
    "Billing Phone": _PHONE,
    "Order Date": _TIME,
    "Date Created": _TIME,
    "Date": _TIME,
    "Order Status": _STATE,
    "Status": _STATE,
    **_properties(currency="Order Currency", total="Order Total Amount", subtotal="Order Subtotal Amount"),
    **_properties(shipping="Order Shipping Amount", tax="Order Total Tax Amount"),
    **_properties(currency="Currency", total="Order Total", shipping="Shipping Total", tax="Tax Total"),
    **_properties(discount="Cart Discount Amount", coupon="Coupon Code", refunded="Order Refund Amount"),
    **_properties(discount="Discount Total", coupon="Coupons", payment_method="Payment Method Title"),
    **_properties(payment_method="Payment Method"),
    **_lines(name="Item Name", sku="SKU", quantity="Quantity (- Refund)", price="Item Cost"),
    **_lines(name="Product Name", sku="Item SKU", quantity="Quantity", price="Item Price"),
    **_lines(quantity="Item Quantity", total="Item Total"),
}
_STRIPE: Final[Targets] = {
    "id": _ID,
    "Customer Email": _EMAIL,
    "Receipt Email": _EMAIL,
    "Created date (UTC)": _TIME,
    "Created (UTC)": _TIME,
    "Status": _STATE,
    **_properties(total="Amount", currency="Currency", refunded="Amount Refunded", fee="Fee"),
    **_properties(description="Description", customer_id="Customer ID", invoice_id="Invoice ID"),
}

_EXPORTS: Final = (
    OrderExport("Shopify", ("Name", "Email", "Created at", "Financial Status", "Lineitem name"), _SHOPIFY),
    OrderExport("Stripe", ("id", "Amount", "Currency", "Status", "Created date (UTC)"), _STRIPE, "UTC"),
    OrderExport("Stripe", ("id", "Amount", "Currency", "Status", "Created (UTC)"), _STRIPE, "UTC"),
    *(
        OrderExport("WooCommerce", (id_, email, time, total), _WOOCOMMERCE)
        for id_ in ("Order Number", "Order ID")
        for email in ("Email (Billing)", "Billing Email", "Customer Email")
        for time in ("Order Date", "Date Created", "Date")
        for total in ("Order Total Amount", "Order Total")
    ),
)
