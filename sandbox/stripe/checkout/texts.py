"""The words of the hosted pages, in English and both Chinese."""

from dataclasses import dataclass
from typing import Any

#: English -> (简体, 繁體)
CHINESE = {
    "%(merchant)s – payment": ("%(merchant)s – 付款", "%(merchant)s – 付款"),
    "Test mode: no money moves": ("测试模式：不会真正扣款", "測試模式：不會真正扣款"),
    "Back": ("返回", "返回"),
    "Pay %(merchant)s": ("付款给 %(merchant)s", "付款給 %(merchant)s"),
    "Quantity %(quantity)s": ("数量 %(quantity)s", "數量 %(quantity)s"),
    "Total due": ("应付总额", "應付總額"),
    "Contact": ("联系方式", "聯絡方式"),
    "Email": ("邮箱", "電子郵件"),
    "Name on card": ("持卡人姓名", "持卡人姓名"),
    "Test card": ("测试银行卡", "測試卡"),
    "Payment succeeds": ("付款成功", "付款成功"),
    "Card is declined": ("银行卡被拒", "卡片被拒"),
    "Insufficient funds": ("余额不足", "餘額不足"),
    "3D Secure authentication required": ("需要 3D 安全验证", "需要 3D 安全驗證"),
    "Another test card number": ("其他测试卡号", "其他測試卡號"),
    "Takes precedence over the choice above.": ("填写后以此卡号为准。", "填寫後以此卡號為準。"),
    "Expiry": ("有效期", "有效期限"),
    "Security code": ("安全码", "安全碼"),
    "Pay %(amount)s": ("支付 %(amount)s", "支付 %(amount)s"),
    "The payment was not made": ("付款未成功", "付款未成功"),
    "3D Secure test": ("3D 安全验证测试", "3D 安全驗證測試"),
    "The bank asks whether you are the owner of the card ending in %(last4)s.": (
        "银行需要确认您是尾号 %(last4)s 银行卡的持卡人。",
        "銀行需要確認您是末四碼 %(last4)s 卡片的持卡人。",
    ),
    "Amount": ("金额", "金額"),
    "Complete authentication": ("完成验证", "完成驗證"),
    "Fail authentication": ("验证失败", "驗證失敗"),
    "This payment has been made": ("此款项已支付", "此款項已支付"),
    "Nothing more was charged. You can go back to %(merchant)s.": (
        "没有重复扣款，您可以返回 %(merchant)s。",
        "沒有重複扣款，您可以返回 %(merchant)s。",
    ),
    "Return to %(merchant)s": ("返回 %(merchant)s", "返回 %(merchant)s"),
    "This payment page has expired": ("此付款页面已过期", "此付款頁面已過期"),
    "Nothing was charged. Go back to %(merchant)s to pay again.": (
        "没有扣款。请返回 %(merchant)s 重新付款。",
        "沒有扣款。請返回 %(merchant)s 重新付款。",
    ),
    "There is no such payment page": ("没有这个付款页面", "沒有這個付款頁面"),
    "Check that the address is complete.": ("请检查网址是否完整。", "請檢查網址是否完整。"),
    "A local stand-in of Stripe Checkout.": ("Stripe 收银台的本地模拟。", "Stripe 結帳頁的本地模擬。"),
    "%(merchant)s – payout account": ("%(merchant)s – 收款账户", "%(merchant)s – 收款帳戶"),
    "A local stand-in of Stripe Connect.": ("Stripe Connect 的本地模拟。", "Stripe Connect 的本地模擬。"),
    "Get paid by %(merchant)s": ("通过 %(merchant)s 收款", "透過 %(merchant)s 收款"),
    "Stripe pays out what %(merchant)s transfers to you. It asks for a few details first.": (
        "%(merchant)s 转给您的款项由 Stripe 打到您的银行账户。请先填写以下资料。",
        "%(merchant)s 轉給您的款項由 Stripe 匯入您的銀行帳戶。請先填寫以下資料。",
    ),
    "Still needed": ("还需补充", "還需補充"),
    "Business": ("企业", "企業"),
    "Company": ("公司", "公司"),
    "Individual": ("个人", "個人"),
    "Business name": ("企业名称", "企業名稱"),
    "Person responsible": ("负责人", "負責人"),
    "First name": ("名", "名"),
    "Last name": ("姓", "姓"),
    "Bank account": ("银行账户", "銀行帳戶"),
    "Account number": ("账号", "帳號"),
    "Payouts arrive": ("打款成功", "撥款成功"),
    "Payouts are returned by the bank": ("打款被银行退回", "撥款被銀行退回"),
    "Submitting means that you agree to the Stripe Connected Account Agreement.": (
        "提交即表示您同意《Stripe 关联账户协议》。",
        "提交即表示您同意《Stripe 連結帳戶協議》。",
    ),
    "Submit everything": ("全部提交", "全部提交"),
    "Submit without the bank account": ("暂不填写银行账户，先提交", "暫不填寫銀行帳戶，先提交"),
    "Back without saving": ("不保存，返回", "不儲存，返回"),
    "Your details are complete": ("资料已齐全", "資料已齊全"),
    "Payouts are enabled. You can go back to %(merchant)s.": (
        "已可收款，您可以返回 %(merchant)s。",
        "已可收款，您可以返回 %(merchant)s。",
    ),
    "Further document or detail": ("其他文件或资料", "其他文件或資料"),
    "This page has closed": ("此页面已关闭", "此頁面已關閉"),
    "Ask %(merchant)s for a new link.": ("请向 %(merchant)s 获取新链接。", "請向 %(merchant)s 索取新連結。"),
    "Your payouts from %(merchant)s": ("来自 %(merchant)s 的收款", "來自 %(merchant)s 的收款"),
    "Status": ("状态", "狀態"),
    "Enabled": ("已启用", "已啟用"),
    "Details are missing": ("资料不全", "資料不齊"),
    "Available": ("可用余额", "可用餘額"),
    "Pending": ("待入账", "待入帳"),
    "Nothing yet": ("暂无", "尚無"),
    "%(merchant)s can't pay you any more once you disconnect.": (
        "断开后 %(merchant)s 将无法再给您打款。",
        "中斷連結後，%(merchant)s 將無法再撥款給您。",
    ),
    "Disconnect from %(merchant)s": ("与 %(merchant)s 断开", "與 %(merchant)s 中斷連結"),
    "Disconnected": ("已断开", "已中斷連結"),
    "%(merchant)s has no access to this account any more.": (
        "%(merchant)s 已无法再使用此账户。",
        "%(merchant)s 已無法再使用此帳戶。",
    ),
    "Your card was declined.": ("您的银行卡被拒绝。", "您的卡片被拒絕。"),
    "Your card has insufficient funds.": ("您的银行卡余额不足。", "您的卡片餘額不足。"),
    "Your card has expired.": ("您的银行卡已过期。", "您的卡片已過期。"),
    "Your card's security code is incorrect.": ("您的银行卡安全码不正确。", "您的卡片安全碼不正確。"),
    "Your card number is incorrect.": ("您的卡号不正确。", "您的卡號不正確。"),
    "Your card was declined. Your request was in test mode, but used a non test card.": (
        "您的银行卡被拒绝：测试模式下只能使用测试卡。",
        "您的卡片被拒絕：測試模式下只能使用測試卡。",
    ),
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.": (
        "无法验证您的付款方式，请换一种付款方式再试。",
        "無法驗證您的付款方式，請換一種付款方式再試。",
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
SIMPLIFIED_PAGES = Language("zh-Hans", "zh_Hans", {english: said[0] for english, said in CHINESE.items()})
TRADITIONAL_PAGES = Language("zh-Hant", "zh_Hant", {english: said[1] for english, said in CHINESE.items()})
_TRADITIONAL = ("zh-tw", "zh-hk", "zh-mo", "zh-hant")


def language(session_locale: str | None, accepted: str | None) -> Language:
    """The session's language; where it leaves that open, the better one of those that the browser accepts."""
    wanted = accepted if session_locale in (None, "auto") else session_locale
    wanted = (wanted or "").lower()
    if wanted.startswith(_TRADITIONAL):
        return TRADITIONAL_PAGES
    return SIMPLIFIED_PAGES if wanted.startswith("zh") else ENGLISH_PAGES
