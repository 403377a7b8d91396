"""The words of the hosted pages, in English and Chinese."""

from dataclasses import dataclass
from typing import Any

CHINESE = {
    "%(merchant)s – payment": "%(merchant)s – 付款",
    "Test mode: no money moves": "测试模式：不会真正扣款",
    "Back": "返回",
    "Pay %(merchant)s": "付款给 %(merchant)s",
    "Quantity %(quantity)s": "数量 %(quantity)s",
    "Total due": "应付总额",
    "Contact": "联系方式",
    "Email": "邮箱",
    "Name on card": "持卡人姓名",
    "Test card": "测试银行卡",
    "Payment succeeds": "付款成功",
    "Card is declined": "银行卡被拒",
    "Insufficient funds": "余额不足",
    "3D Secure authentication required": "需要 3D 安全验证",
    "Another test card number": "其他测试卡号",
    "Takes precedence over the choice above.": "填写后以此卡号为准。",
    "Expiry": "有效期",
    "Security code": "安全码",
    "Pay %(amount)s": "支付 %(amount)s",
    "The payment was not made": "付款未成功",
    "3D Secure test": "3D 安全验证测试",
    "The bank asks whether you are the owner of the card ending in %(last4)s.": (
        "银行需要确认您是尾号 %(last4)s 银行卡的持卡人。"
    ),
    "Amount": "金额",
    "Complete authentication": "完成验证",
    "Fail authentication": "验证失败",
    "This payment has been made": "此款项已支付",
    "Nothing more was charged. You can go back to %(merchant)s.": "没有重复扣款，您可以返回 %(merchant)s。",
    "Return to %(merchant)s": "返回 %(merchant)s",
    "This payment page has expired": "此付款页面已过期",
    "Nothing was charged. Go back to %(merchant)s to pay again.": "没有扣款。请返回 %(merchant)s 重新付款。",
    "There is no such payment page": "没有这个付款页面",
    "Check that the address is complete.": "请检查网址是否完整。",
    "A local stand-in of Stripe Checkout.": "Stripe 收银台的本地模拟。",
    "Your card was declined.": "您的银行卡被拒绝。",
    "Your card has insufficient funds.": "您的银行卡余额不足。",
    "Your card has expired.": "您的银行卡已过期。",
    "Your card's security code is incorrect.": "您的银行卡安全码不正确。",
    "Your card number is incorrect.": "您的卡号不正确。",
    "Your card was declined. Your request was in test mode, but used a non test card.": (
        "您的银行卡被拒绝：测试模式下只能使用测试卡。"
    ),
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.": (
        "无法验证您的付款方式，请换一种付款方式再试。"
    ),
}


@dataclass(frozen=True)
class Language:
    """A language of the hosted pages: its tag in HTML and its name for Babel."""

    tag: str
    babel: str
    words: dict[str, str]

    def text(self, english: str, **values: Any) -> str:
        """The sentence in this language, its %(placeholders)s filled in."""
        return self.words.get(english, english) % values


ENGLISH_PAGES = Language("en", "en", {})
CHINESE_PAGES = Language("zh-Hans", "zh_Hans", CHINESE)


def language(session_locale: str | None, accepted: str | None) -> Language:
    """The session's language; where it leaves that open, the better one of those that the browser accepts."""
    wanted = accepted if session_locale in (None, "auto") else session_locale
    return CHINESE_PAGES if (wanted or "").startswith("zh") else ENGLISH_PAGES
