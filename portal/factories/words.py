"""A factory in words: its name and place as the reader would say them, its stage, what happened to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core.actor import Role
from portal.core.i18n import N_, current
from portal.factories.lifecycle import FACTORY, FactoryStage

#: stage -> (words, tone of its tag)
STAGES = {
    FactoryStage.DRAFT: (N_("Draft"), "neutral"),
    FactoryStage.SUBMITTED: (N_("Waiting to be verified"), "info"),
    FactoryStage.VERIFIED: (N_("Verified"), "good"),
    FactoryStage.REFUSED: (N_("Changes asked for"), "warn"),
    FactoryStage.SUSPENDED: (N_("Suspended"), "bad"),
}
#: what a profile may lack before it can be submitted -> (what to do, the endpoint where)
TASKS = {
    "profile": (N_("Write the name and a few words about the factory"), "factories.edit_profile"),
    "place": (N_("Choose the city"), "factories.edit_profile"),
    "licence": (N_("Enter the unified social credit code"), "factories.edit_profile"),
    "making": (N_("Say what you make"), ""),
}
_SAID = {step.event: step.said for step in FACTORY.steps}
_WHO = {Role.FACTORY: N_("Factory"), Role.OPERATOR: N_("Operator")}


def name_of(factory: Any) -> str:
    """The name of a row or entity with `name` and `name_zh`, in the reader's script where there is one."""
    if current().startswith("zh"):
        return factory.name_zh or factory.name
    return factory.name or factory.name_zh


def other_name_of(factory: Any) -> str:
    """Its name in the other script; '' where there is none."""
    other = factory.name if current().startswith("zh") else factory.name_zh
    return other if other != name_of(factory) else ""


def place_of(factory: Any) -> str:
    """'Yangzhou, Jiangsu' or '江苏扬州', from `city`, `place_zh` and, where the row has it, `province`."""
    if current().startswith("zh") and factory.place_zh:
        return factory.place_zh
    province = getattr(factory, "province", "")
    return factory.city if province in ("", factory.city) else f"{factory.city}, {province}"


@dataclass(frozen=True)
class Happening:
    """A line of a timeline."""

    title: Any
    at: datetime
    actor: Any = ""
    note: str = ""


def happened(event: Any) -> Happening:
    """An Event about a factory (row with name, created_at, actor_role, data) as a line of its timeline."""
    said = _SAID.get(event.name, event.name)
    return Happening(said, event.created_at, _WHO.get(event.actor_role, ""), event.data.get("note", ""))
