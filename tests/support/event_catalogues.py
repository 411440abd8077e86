"""Names of events by category: those of public specifications, and catalogues as companies write them."""

_LIFECYCLE = "Installed,Opened,Updated,Backgrounded,Foregrounded,Uninstalled,Crashed"


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


SPECS: dict[str, dict[str | None, list[str]]] = {
    "segment e-commerce": {
        "shopping": _names(
            "Products Searched, Product List Viewed, Product List Filtered, Product Clicked, Product Viewed,"
            "Checkout Started, Checkout Step Viewed, Checkout Step Completed, Payment Info Entered, Order Updated,"
            "Order Completed, Order Refunded, Order Cancelled, Product Added to Wishlist,"
            "Product Removed from Wishlist, Product Shared, Product Reviewed"
        ),
        "cart": _names(
            "Product Added, Product Removed, Cart Viewed, Wishlist Product Added to Cart, Cart Shared"
        ),
        "campaigns": _names("Promotion Viewed, Promotion Clicked"),
        "coupons": _names("Coupon Entered, Coupon Applied, Coupon Denied, Coupon Removed"),
    },
    "segment e-mail": {
        "campaigns": _names(
            "Email Bounced, Email Delivered, Email Link Clicked, Email Marked as Spam, Email Opened, Unsubscribed"
        )
    },
    "segment mobile": {
        "mobile": [f"Application {what}" for what in _LIFECYCLE.split(",")]
        + _names("Install Attributed, Deep Link Opened, Deep Link Clicked"),
        "campaigns": [f"Push Notification {what}" for what in ("Received", "Tapped", "Bounced")],
    },
    "segment b2b": {
        "account": _names(
            "Account Created, Account Deleted, Signed Up, Signed In, Signed Out, Invite Sent, Account Added User,"
            "Account Removed User, Trial Started, Trial Ended"
        )
    },
    "segment video": {
        "content": [
            f"Video Playback {what}"
            for what in _names(
                "Started, Paused, Interrupted, Buffer Started, Buffer Completed, Seek Started, Seek Completed,"
                "Resumed, Completed, Exited"
            )
        ]
        + [
            f"Video {part} {what}"
            for part in ("Content", "Ad")
            for what in ("Started", "Playing", "Completed")
        ]
        + ["Video Quality Updated"]
    },
    "segment chat": {
        "support": _names(
            "Live Chat Conversation Started, Live Chat Conversation Ended, Live Chat Message Sent,"
            "Live Chat Message Received, Conversation Started, Message Sent, Message Received, Conversation Ended"
        ),
        "forms": ["Feedback Submitted"],
        None: _names("Tool Invoked, Media Generated, Component Loaded, Custom Component Loaded"),
    },
    "segment a/b testing": {"campaigns": ["Experiment Viewed"]},
    "ga4": {
        "shopping": _names(
            "purchase, refund, search, view_search_results, add_payment_info, add_shipping_info, add_to_wishlist,"
            "begin_checkout, select_item, view_item, view_item_list, in_app_purchase, app_store_refund"
        ),
        "cart": _names("add_to_cart, remove_from_cart, view_cart"),
        "coupons": _names("earn_virtual_currency, spend_virtual_currency"),
        "campaigns": _names(
            "view_promotion, select_promotion, campaign_details, firebase_campaign, ad_click, ad_exposure,"
            "ad_impression, ad_query, ad_reward, adunit_exposure, notification_dismiss, notification_foreground,"
            "notification_open, notification_receive, firebase_in_app_message_action, firebase_in_app_message_dismiss,"
            "firebase_in_app_message_impression"
        ),
        "account": _names(
            "login, sign_up, join_group, tutorial_begin, tutorial_complete, qualify_lead, disqualify_lead,"
            "working_lead, close_convert_lead, close_unconvert_lead, app_store_subscription_cancel, "
            "app_store_subscription_convert, app_store_subscription_renew"
        ),
        "content": _names(
            "share, select_content, file_download, video_start, video_progress, video_complete, level_start, level_end,"
            "level_up, post_score, unlock_achievement"
        ),
        "forms": _names("form_start, form_submit, generate_lead"),
        "mobile": _names(
            "first_open, app_remove, app_update, app_clear_data, app_exception, os_update, dynamic_link_app_open,"
            "dynamic_link_app_update, dynamic_link_first_open"
        ),
        "pages": _names("page_view, screen_view"),
        None: _names("click, error, exception, scroll, first_visit, session_start, user_engagement"),
    },
    "pixels": {
        "shopping": _names(
            "Purchase, InitiateCheckout, AddPaymentInfo, AddToWishlist, CustomizeProduct, Donate, Search"
        ),
        "cart": ["AddToCart"],
        "account": _names("CompleteRegistration, StartTrial"),
        "content": ["ViewContent"],
        "forms": _names("Lead, SubmitApplication, SubmitForm"),
        "support": ["Contact"],
        "places": ["FindLocation"],
    },
}
"""Names by category; None if the source decides the category, and not the name."""

CATALOGUES: dict[str, dict[str, str | None]] = {
    "senders": {
        "Newsletter Sent": "campaigns",
        "Newsletter Opened": "campaigns",
        "WhatsApp Delivered": "campaigns",
        "Fax Sent": "campaigns",
        "whats_app_message_sent": "campaigns",
        "SMSDelivered": "campaigns",
        "Clicked SMS": "campaigns",
        "e-mail opened": "campaigns",
        "Web Push Clicked": "campaigns",
        "Viber Message Read": "campaigns",
        "Campaign Message Sent": "campaigns",
        "Order Confirmation Email Sent": "campaigns",
        "Abandoned Cart Email Opened": "campaigns",
        "Coupon Email Sent": "campaigns",
        "Email Subscription Confirmed": "campaigns",
        "SMS Opt-Out": "campaigns",
        "Email Workflow Entered": "automation",
        "Automation Email Sent": "automation",
    },
    "loyalty": {
        "Voucher Received": "coupons",
        "voucher.redeemed": "coupons",
        "Gift Card Redeemed": "coupons",
        "Points Earned": "coupons",
        "loyaltyPointsRedeemed": "coupons",
        "Promo Code Applied": "coupons",
        "Discount Code Entered": "coupons",
    },
    "shop": {
        "Refund Issued": "shopping",
        "order.placed": "shopping",
        "orders/create": "shopping",
        "invoice.payment_failed": "shopping",
        "Voucher Bought": "shopping",
        "Saved for Later": "shopping",
        "Purchased": "shopping",
        "bought_item": "shopping",
        "Payment Failed": "shopping",
        "invoice.paid": "shopping",
        "charge.refunded": "shopping",
        "Parcel Shipped": "shopping",
        "Return Requested": "shopping",
        "Review Submitted": "shopping",
        "Product Page Viewed": "shopping",
        "Gift Card Purchased": "shopping",
        "Abandoned Cart": "cart",
        "Item Added to Basket": "cart",
        "Viewed Bag": "cart",
        "Related Product Added": "cart",
        "Site Search": "shopping",
    },
    "accounts": {
        "user_signed_in": "account",
        "userLoggedOut": "account",
        "Login Failed": "account",
        "Password Reset Requested": "account",
        "Email Verified": "account",
        "Email Changed": "account",
        "Profile Updated": "account",
        "customer.subscription.created": "account",
        "Plan Upgraded": "account",
        "Invite Accepted": "account",
        "Cookie Consent Given": "account",
        "Onboarding Completed": "account",
        "Contract Signed": "account",
        "2FA Enabled": "account",
    },
    "service": {
        "Support Ticket Created": "support",
        "ticketResolved": "support",
        "Chat Started": "support",
        "Callback Requested": "support",
        "Meeting Held": "support",
        "Complaint Filed": "support",
        "Phone Call Completed": "support",
        "Survey Answered": "forms",
        "NPS Score Given": "forms",
        "Demo Requested": "forms",
        "Loan Application Submitted": "forms",
        "Ticket Purchased": "shopping",
    },
    "places and media": {
        "Checked In": "places",
        "WiFi Connected": "places",
        "wi-fi connected": "places",
        "Geofence Entered": "places",
        "Shop Visited": "places",
        "Event Attended": "places",
        "Webinar Registered": "content",
        "Downloaded Whitepaper": "content",
        "Podcast Episode Played": "content",
        "Landing Page Viewed": "pages",
        "Release Notes Read": "notes",
        "App Launched": "mobile",
        "App Store Opened": "mobile",
    },
    "by where it happened": {
        "Machine Serviced": None,
        "List Joined": None,
        "Tag Added": None,
        "Report Generated": None,
        "User Clicked Button": None,
        "Push Button": None,
        "Call to Action Clicked": None,
        "Insurance Claim Filed": None,
        "Not Interested": None,
        "Bestellung abgeschlossen": None,
        "...": None,
        "42": None,
    },
    "accounts and service desks": {
        "Case Reopened": "support",
        "case_escalated": "support",
        "Repair Requested": "support",
        "Biometric Enabled": "account",
        "Session Expired": "account",
        "API Key Created": "account",
        "Language Changed": "account",
        "Certificate Issued": "content",
        "Badge Earned": "content",
        "Subtitles Enabled": "content",
        "Suitcase Viewed": None,
    },
}
"""Names that no specification has."""
