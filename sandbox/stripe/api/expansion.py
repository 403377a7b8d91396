"""`expand`: ids replaced by the objects they name. https://docs.stripe.com/api/expanding_objects"""

from typing import Any

from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources import INCLUDED_LISTS
from sandbox.stripe.resources.shape import expandable, includable

DEEPEST = 4


def expanded(work: Work, answer: Body, paths: list[str]) -> Body:
    """The answer with each dotted path expanded. Raises StripeError for one that cannot be."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEEPEST + (steps[0] == "data"):
            raise StripeError(f"You cannot expand more than {DEEPEST} levels of a property.", param="expand")
        _expand(work, answer, steps, path)
    return answer


def _expand(work: Work, here: Any, steps: list[str], path: str) -> None:
    if not steps or not isinstance(here, dict):
        return
    (step, *rest), kind = steps, here.get("object", "")
    if kind == "list" and step == "data":
        for item in here["data"]:
            _expand(work, item, rest, path)
        return
    if step not in expandable(kind) | includable(kind):
        raise _not_expandable(path)
    if step in includable(kind):
        here.setdefault(step, INCLUDED_LISTS[kind, step](work, here))
    elif isinstance(here[step], str):
        here[step] = work.find(here[step]) or here[step]
    _expand(work, here[step], rest, path)


def _not_expandable(path: str) -> StripeError:
    return StripeError(
        f"This property cannot be expanded ({path}). You may want to try expanding 'data.{path}' or consult the API"
        " reference.",
        param="expand",
    )
