"""The misbehaviour that a test asks for, and the other things that can be set while the process runs."""

import sqlite3
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]


class Control(BaseModel):
    """What `POST /_control` accepts, each key on its own. Kept across restarts."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    webhook_url: str | None = Field(None, description="where events are sent; none are without it")
    now_offset: float = Field(0, description="seconds by which the stand-in's clock is ahead")
    stopped_at: float | None = Field(None, description="the second, since 1970, at which its clock stands still")

    drop_webhooks: Count | Literal["all"] = Field(0, description="hold so many events back until a flush")
    duplicate: Count = Field(1, description="deliver each event so many times in all")
    shuffle: bool = Field(False, description="deliver events in a random order")
    delay: Seconds = Field(0, description="deliver events so many seconds late")

    fail_after_acting: Count = Field(0, description="carry out so many POSTs but answer 500, also when repeated")
    lose_answer: Count = Field(0, description="carry out so many POSTs but close the connection unanswered")
    slow_answers: Seconds = Field(0, description="wait before carrying out a request")
    bank_account: str = Field("000123456789", description="the platform's; 000111111116 returns its payouts")
    dispute_fee_returned: bool = Field(False, description="a won dispute brings its fee back too")
    settle_charges_after: Count = Field(0, description="seconds until a charge has its balance transaction")

    def take(self, counter: Literal["drop_webhooks", "fail_after_acting", "lose_answer"]) -> bool:
        """Use up one of a counter: whether this request or event is to be mistreated."""
        left = getattr(self, counter)
        if left == "all":
            return True
        if left:
            setattr(self, counter, left - 1)
        return left > 0


def load(db: sqlite3.Connection) -> Control:
    """The settings as they are in the books."""
    row = db.execute("SELECT settings FROM control").fetchone()
    return Control.model_validate_json(row["settings"]) if row else Control()


def save(db: sqlite3.Connection, control: Control) -> None:
    """Write the settings back."""
    db.execute("INSERT OR REPLACE INTO control (only_row, settings) VALUES (1, ?)", (control.model_dump_json(),))
