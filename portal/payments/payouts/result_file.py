"""What our bank says of the payments of a batch, as CSV. Pure: bytes to lines, each with what can't be read of it."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.catalogue.sheets import decoded, plain, reader, unreadable
from portal.core.errors import Invalid
from portal.core.forms import clean
from portal.core.i18n import N_, _

MOST_LINES, MOST_BYTES, LONGEST_REASON = 2000, 200_000, 300
#: column -> what its heading may be called
_HEADINGS = {
    "reference": ("reference", "ref", "参考号", "參考號", "付款编号", "付款編號", "附言"),
    "status": ("status", "result", "状态", "狀態", "结果", "結果", "处理结果", "處理結果", "交易状态", "交易狀態"),
    "amount": ("amount", "金额", "金額"),
    "currency": ("currency", "币种", "幣種", "币别", "幣別"),
    "reason": ("reason", "原因", "失败原因", "失敗原因", "退汇原因", "退匯原因"),
    "value_date": ("value_date", "date", "日期", "起息日", "交易日期"),
}
_PAID = frozenset(
    ("paid", "success", "successful", "succeeded", "ok", "成功", "已付", "已付款", "交易成功", "付款成功")
)
_FAILED = frozenset(
    ("failed", "fail", "failure", "rejected", "returned", "失败", "失敗", "交易失败", "交易失敗", "退汇", "退匯",
     "已退汇", "已退匯", "拒绝", "拒絕")
)  # fmt: skip
_DAY = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?")


@dataclass(frozen=True)
class Result:
    """A line of the file (`number`: 1 is the file's first): what happened to which payment. `amount` and `currency` as
    they are written; empty where the file does not say. `problem`: what can't be read."""

    number: int
    reference: str
    paid: bool = False
    amount: str = ""
    currency: str = ""
    reason: str = ""
    value_date: date | None = None
    problem: str = ""


def read(body: bytes) -> list[Result]:
    """The lines of a result file. Raises `Invalid` where it is none."""
    if len(body) > MOST_BYTES:
        raise Invalid(file=N_("The file is too large: %(most)d KB at most.", most=MOST_BYTES // 1000))
    lines, found, begun = reader(decoded(body)), [], 1
    try:
        columns = [_column(name) for name in next(lines, [])]
        if "reference" not in columns or "status" not in columns:
            raise Invalid(file=N_("The first line must name the columns: reference and status at least."))
        begun = lines.line_num + 1
        for cells in lines:
            begun = lines.line_num + 1
            row = dict(zip(columns, (clean(plain(cell)) for cell in cells), strict=False))
            if any(row.values()):
                found.append(_result(lines.line_num, row))
            if len(found) > MOST_LINES:
                raise Invalid(file=N_("The file has too many lines: %(most)d at most.", most=MOST_LINES))
    except csv.Error:
        raise unreadable(begun) from None
    if not found:
        raise Invalid(file=N_("There is no line in this file."))
    return found


def _column(heading: str) -> str:
    name = re.sub(r"[\s\-]+", "_", clean(plain(heading)).lower())
    return next((column for column, names in _HEADINGS.items() if name in names), name)


def _result(number: int, row: Mapping[str, str]) -> Result:
    reference, status = row.get("reference", "")[:40], row.get("status", "").lower()
    problem, day = "", None
    try:
        day = _day(row.get("value_date", ""))
    except ValueError:
        problem = _("The date can't be read. Write it as year-month-day.")
    if status not in _PAID | _FAILED:
        problem = _("The status can't be read: it is neither paid nor failed.")
    if not reference:
        problem = _("There is no reference.")
    return Result(
        number=number,
        reference=reference,
        paid=status in _PAID,
        amount=row.get("amount", "")[:40],
        currency=row.get("currency", "")[:10].upper(),
        reason=row.get("reason", "")[:LONGEST_REASON],
        value_date=day,
        problem=problem,
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return date(*map(int, found.groups()))
