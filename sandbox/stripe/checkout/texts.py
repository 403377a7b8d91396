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
    "%(merchant)s – payout account": "%(merchant)s – 收款账户",
    "A local stand-in of Stripe Connect.": "Stripe Connect 的本地模拟。",
    "Get paid by %(merchant)s": "通过 %(merchant)s 收款",
    "Stripe pays out what %(merchant)s transfers to you. It asks for a few details first.": (
        "%(merchant)s 转给您的款项由 Stripe 打到您的银行账户。请先填写以下资料。"
    ),
    "Still needed": "还需补充",
    "Business": "企业",
    "Company": "公司",
    "Individual": "个人",
    "Business name": "企业名称",
    "Person responsible": "负责人",
    "First name": "名",
    "Last name": "姓",
    "Bank account": "银行账户",
    "Account number": "账号",
    "Payouts arrive": "打款成功",
    "Payouts are returned by the bank": "打款被银行退回",
    "Submitting means that you agree to the Stripe Connected Account Agreement.": (
        "提交即表示您同意《Stripe 关联账户协议》。"
    ),
    "Submit everything": "全部提交",
    "Submit without the bank account": "暂不填写银行账户，先提交",
    "Back without saving": "不保存，返回",
    "Your details are complete": "资料已齐全",
    "Payouts are enabled. You can go back to %(merchant)s.": "已可收款，您可以返回 %(merchant)s。",
    "Further document or detail": "其他文件或资料",
    "This page has closed": "此页面已关闭",
    "Ask %(merchant)s for a new link.": "请向 %(merchant)s 获取新链接。",
    "Your payouts from %(merchant)s": "来自 %(merchant)s 的收款",
    "Status": "状态",
    "Enabled": "已启用",
    "Details are missing": "资料不全",
    "Available": "可用余额",
    "Pending": "待入账",
    "Nothing yet": "暂无",
    "%(merchant)s can't pay you any more once you disconnect.": "断开后 %(merchant)s 将无法再给您打款。",
    "Disconnect from %(merchant)s": "与 %(merchant)s 断开",
    "Disconnected": "已断开",
    "%(merchant)s has no access to this account any more.": "%(merchant)s 已无法再使用此账户。",
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
