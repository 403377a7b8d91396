"""What a browser would send of a form as it stands."""

from html.parser import HTMLParser


class Form(HTMLParser):
    """The controls of the form with the id `ident`: `data` as sent without touching it, `choices` of each select. The
    token is left out: it tells the second in which it was made, and tests have no need of it."""

    def __init__(self, html: str, ident: str) -> None:
        super().__init__()
        self.data: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self._ident, self._inside, self._select, self._area = ident, False, "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = has.get("id") == self._ident
        if not self._inside:
            return
        name = has.get("name", "")
        if (
            tag == "input"
            and name not in ("", "csrf_token")
            and (has.get("type") not in ("radio", "checkbox") or "checked" in has)
        ):
            self.data[name] = has.get("value", "")
        elif tag == "select":
            self._select, self.choices[name] = name, []
        elif tag == "option":
            value = has.get("value", "")
            if "selected" in has or not self.choices[self._select]:
                self.data[self._select] = value
            self.choices[self._select].append(value)
        elif tag == "textarea":
            self._area, self.data[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self.data[self._area] = self.data[self._area].removeprefix("\r\n").removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._inside and self._area:
            self.data[self._area] += data
