"""The forms of the programmes room. Each error names the field and how to mend it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jukwaa.programmes import actions, cards, queries
from jukwaa.programmes.consent import AUDIENCES_ON_A_PHONE, QUESTIONS, Answer, How
from jukwaa.programmes.models import (
    Account,
    AgeBand,
    Audience,
    Consent,
    Constituency,
    Gender,
    Organisation,
    Participant,
    Place,
    Programme,
    Purpose,
    Role,
    Stage,
    StageKind,
)
from jukwaa.programmes.orders import TEMPLATES

# The languages in which people may read, hear or speak. The pages themselves speak those of the settings.
LANGUAGES = {
    "en": _("English"),
    "sw": _("Swahili"),
    "fr": _("French"),
    "mg": _("Malagasy"),
    "suk": _("Sukuma"),
    "tw": _("Twi"),
}
MOST_WALK_INS = 100
MOST_CARDS = 200


class Day(forms.DateInput):
    """A date as the browser asks for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def short(**more: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(max_length=200, **more)


def long(**more: Any) -> forms.CharField:
    """Some lines of text."""
    return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), **more)


def choice_of(label: Any, rows: Iterable[Any], nothing: Any, *, required: bool = False) -> forms.ChoiceField:
    """A choice among rows, by their ids; `nothing` is what it says before one is chosen."""
    choices = [("", nothing), *((str(row.pk), str(row)) for row in rows)]
    return forms.ChoiceField(label=label, choices=choices, required=required)


def choice_of_place(
    label: Any, tree: Iterable[tuple[int, Place]], nothing: Any, *, required: bool = False
) -> forms.ChoiceField:
    """A choice among places, each behind as many dashes as it lies deep."""
    choices = [("", nothing), *((str(place.pk), "– " * depth + place.name) for depth, place in tree)]
    return forms.ChoiceField(label=label, choices=choices, required=required)


def chosen(rows: Iterable[Any], pk: str) -> Any:
    """The row of that id, or None."""
    return next((row for row in rows if str(row.pk) == pk), None)


# ---- logins ----------------------------------------------------------------------------------------------


class PasswordForm(forms.Form):
    """A new password for oneself."""

    old = forms.CharField(
        label=_("Your password now"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("A new password"),
        strip=False,
        help_text=_("12 characters or more. Four words that do not belong together are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The new password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, account: Account, *args: Any) -> None:
        super().__init__(*args)
        self.account = account

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.account.check_password(old):
            raise forms.ValidationError(gettext("This is not your password. Type it again."))
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.account)
        return new

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if self.cleaned_data.get("new") not in (None, again):
            raise forms.ValidationError(gettext("The two new passwords differ. Type both again."))
        return again


# ---- the programme ---------------------------------------------------------------------------------------


class ProgrammeForm(forms.Form):
    """What a programme is called and about, in which languages, and whether the public sees it."""

    title = short(label=_("Title"))
    country = short(label=_("Country"))
    summary = long(
        label=_("What it is for"),
        required=False,
        help_text=_("Two or three plain sentences. They stand on the public page."),
    )
    organiser = short(label=_("Who holds it"), required=False)
    first_language = forms.ChoiceField(
        label=_("First language"),
        choices=list(LANGUAGES.items()),
        help_text=_("Cards are printed in it, and phones of new participants speak it."),
    )
    other_languages = forms.MultipleChoiceField(
        label=_("Other languages"),
        choices=list(LANGUAGES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    public = forms.BooleanField(
        label=_("Shown to the public"),
        required=False,
        help_text=_(
            "While it is not, only staff and card holders see its pages. "
            "Show it when the first results may be read by anybody."
        ),
    )

    @property
    def said(self) -> dict[str, Any]:
        """The values as the actions take them."""
        said = {
            name: self.cleaned_data[name] for name in ("title", "country", "summary", "organiser", "public")
        }
        first = self.cleaned_data["first_language"]
        others = [code for code in self.cleaned_data["other_languages"] if code != first]
        return said | {"languages": " ".join([first, *others])}

    @staticmethod
    def initial_of(programme: Programme) -> dict[str, Any]:
        """What the form shows before anything is changed."""
        first, *others = programme.languages.split() or ["en"]
        names = ("title", "country", "summary", "organiser", "public")
        said = {name: getattr(programme, name) for name in names}
        return said | {"first_language": first, "other_languages": others}


class BeginForm(ProgrammeForm):
    """A programme that does not exist yet."""

    slug = forms.SlugField(
        label=_("Short name in addresses"),
        required=False,
        max_length=60,
        help_text=_(
            "Small letters, digits and dashes: geita-2026. It never changes. "
            "Left empty, it follows the title."
        ),
    )
    name = short(label=_("Your name, as colleagues see it"), required=False)

    field_order = ("title", "slug", "country", "template", "first_language", "other_languages")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["public"]  # nothing is public before somebody has looked at it
        self.fields["template"] = forms.ChoiceField(
            label=_("The order of its stages"),
            choices=[
                *((key, f"{order.country}: {order.mark}") for key, order in TEMPLATES.items()),
                ("none", _("No stages yet")),
            ],
            widget=forms.RadioSelect,
            help_text=_("Only a beginning: stages can be added, moved and renamed at any time."),
        )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        slug = said.get("slug") or slugify(said.get("title", ""))[:60]
        if not slug and "title" in said and "slug" in said:
            self.add_error(
                "slug", gettext("Type a short name: the title has no letters that an address can hold.")
            )
        elif queries.slug_is_taken(slug):
            self.add_error("slug", gettext("Another programme here has this short name. Choose another one."))
        said["slug"] = slug
        return said

    @property
    def said(self) -> dict[str, Any]:
        self.cleaned_data["public"] = False
        template = self.cleaned_data["template"]
        return super().said | {
            "slug": self.cleaned_data["slug"],
            "template": "" if template == "none" else template,
            "name": self.cleaned_data["name"],
        }


class StageForm(forms.Form):
    """A station of the road."""

    title = short(label=_("Name"))
    kind = forms.ChoiceField(label=_("Kind"), choices=StageKind.choices)
    starts_on = forms.DateField(label=_("Starts on"), required=False, widget=Day)
    ends_on = forms.DateField(label=_("Ends on"), required=False, widget=Day)

    def clean(self) -> dict[str, Any]:
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", gettext("It ends before it starts. Change one of the two dates."))
        return self.cleaned_data


class MarkForm(forms.Form):
    """Where a stage stands, and what came of it."""

    state = forms.ChoiceField(
        label=_("Where it stands"), choices=Stage.State.choices, widget=forms.RadioSelect
    )
    note = long(
        label=_("What came of it"),
        required=False,
        help_text=_("One sentence that the public may read: who came, and what they agreed."),
    )


class PlaceForm(forms.Form):
    """A place, as coarse as it may be."""

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree = list(queries.walk(queries.place_tree(programme)))
        self.fields["name"] = short(
            label=_("Name"), help_text=_("No coordinates, and no name that points at one pit or one house.")
        )
        self.fields["level"] = forms.ChoiceField(label=_("Level"), choices=Place.Level.choices)
        self.fields["parent"] = choice_of_place(_("Part of"), self.tree, _("– none –"))

    def clean_parent(self) -> Place | None:
        found: Place | None = chosen((place for _depth, place in self.tree), self.cleaned_data["parent"])
        return found


class NameForm(forms.Form):
    """Another name."""

    name = short(label=_("Name"))


class ConstituencyForm(forms.Form):
    """A stakeholder group."""

    name = short(label=_("Name"), help_text=_("As its people call themselves: “Women panners”."))
    description = long(label=_("Who belongs to it"), required=False)


class OrganisationForm(forms.Form):
    """An office, company or association."""

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = list(queries.constituencies(programme))
        self.fields["name"] = short(label=_("Name"))
        self.fields["constituency"] = choice_of(_("Group it belongs to"), self.groups, _("– none –"))

    def clean_constituency(self) -> Constituency | None:
        found: Constituency | None = chosen(self.groups, self.cleaned_data["constituency"])
        return found

    @staticmethod
    def initial_of(organisation: Organisation) -> dict[str, Any]:
        return {"name": organisation.name, "constituency": organisation.constituency_id}


# ---- staff -----------------------------------------------------------------------------------------------

WHAT_ROLES_DO = _(
    "Coordinators may do everything. Facilitators hold dialogues and follow promises. Researchers hear "
    "testimonies. Communications tell stories. Observers only look."
)


class RoleForm(forms.Form):
    """A member's name and role."""

    name = short(label=_("Name, as colleagues see it"))
    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, widget=forms.RadioSelect, help_text=WHAT_ROLES_DO
    )


class MemberForm(RoleForm):
    """Somebody who joins the staff, with a new login or one that they have here already."""

    login = forms.CharField(
        label=_("Login"),
        max_length=60,
        help_text=_("A short name without spaces: flo. Not an e-mail address."),
    )
    has_login = forms.BooleanField(label=_("They have this login here already"), required=False)
    password = forms.CharField(
        label=_("First password"),
        required=False,
        strip=False,
        help_text=_("Left empty, one is made and shown to you once."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    field_order = ("name", "login", "has_login", "password", "role")

    def clean_login(self) -> str:
        login: str = self.cleaned_data["login"].strip()
        if any(c.isspace() for c in login):
            raise forms.ValidationError(gettext("A login has no spaces. Write it in one word."))
        return login

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "login" not in said:
            return said
        account = queries.account_called(said["login"])
        if said["has_login"] and account is None:
            self.add_error("login", gettext("Nobody has this login here. Check how it is written."))
        elif not said["has_login"] and account is not None:
            self.add_error(
                "login", gettext("This login is taken. Choose another, or tick that it is theirs.")
            )
        if said.get("password") and not said["has_login"]:
            check_password(self, "password", Account(login=said["login"]))
        said["account"] = account
        return said


class NewPasswordForm(forms.Form):
    """A password for a colleague who has forgotten theirs."""

    password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        help_text=_("Left empty, one is made and shown to you once."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, account: Account, *args: Any) -> None:
        super().__init__(*args)
        self.account = account

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("password"):
            check_password(self, "password", self.account)
        return self.cleaned_data


def check_password(form: forms.Form, field: str, account: Account) -> None:
    """Put what is wrong with a password beside its field."""
    try:
        validate_password(form.cleaned_data[field], account)
    except forms.ValidationError as wrong:
        form.add_error(field, wrong)


# ---- participants ----------------------------------------------------------------------------------------


class ParticipantForm(forms.Form):
    """What is known of somebody who takes part: only the group must be said."""

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        self.groups = list(queries.constituencies(programme))
        self.tree = list(queries.walk(queries.place_tree(programme)))
        languages = [(code, LANGUAGES.get(code, code)) for code in programme.languages.split()]
        self.fields["constituency"] = choice_of(_("Group"), self.groups, _("– choose –"), required=True)
        self.fields["gender"] = forms.ChoiceField(
            label=_("Gender"), choices=Gender.choices, required=False, widget=forms.RadioSelect, initial=""
        )
        self.fields["age_band"] = forms.ChoiceField(
            label=_("Age"),
            choices=AgeBand.choices,
            required=False,
            help_text=_("Nobody under 18 is entered here, in no form."),
        )
        self.fields["place"] = choice_of_place(_("Place"), self.tree, _("– not said –"))
        self.fields["called"] = forms.CharField(
            label=_("What to call them"),
            required=False,
            max_length=60,
            help_text=_("A first name or a nickname, only if they wish it kept. Never a phone number."),
        )
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=languages)
        self.fields["household"] = forms.CharField(
            label=_("Household"),
            required=False,
            max_length=20,
            help_text=_(
                "One word or number for all who live together, so that a panel draws one of them. No name."
            ),
        )

    def clean_constituency(self) -> Constituency | None:
        found: Constituency | None = chosen(self.groups, self.cleaned_data["constituency"])
        return found

    def clean_place(self) -> Place | None:
        found: Place | None = chosen((place for _depth, place in self.tree), self.cleaned_data["place"])
        return found

    def clean_called(self) -> str:
        called: str = self.cleaned_data["called"].strip()
        if sum(c.isdigit() for c in called) >= 6 or "@" in called:
            raise forms.ValidationError(
                gettext(
                    "This looks like a phone number or an e-mail address. Write a name or leave it empty."
                )
            )
        return called

    @property
    def said(self) -> dict[str, Any]:
        """The values as the actions take them."""
        names = ("constituency", "gender", "age_band", "place", "called", "language")
        return {name: self.cleaned_data[name] for name in names}

    @staticmethod
    def initial_of(participant: Participant) -> dict[str, Any]:
        return {
            "constituency": participant.constituency_id,
            "place": participant.place_id,
            "called": participant.called,
            "gender": participant.gender,
            "age_band": participant.age_band,
            "language": participant.language,
        }


class CardNumberField(forms.CharField):
    """Sixteen digits, with the spaces and dashes that people put between them."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "size": "19"}
        )
        super().__init__(widget=widget, max_length=60, **more)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not cards.only_digits(typed) and not self.required:
            return ""
        try:
            return cards.read_number(typed)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class WalkInForm(ParticipantForm):
    """One or several people who walk in, and the blank card that one of them was given."""

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(programme, *args, **kwargs)
        self.fields["count"] = forms.IntegerField(
            label=_("How many people"),
            initial=1,
            min_value=1,
            max_value=MOST_WALK_INS,
            help_text=_("Several people alike can be added at once."),
        )
        self.fields["card"] = CardNumberField(
            label=_("Number on the card that you give them"),
            required=False,
            help_text=_("If you have printed blank cards: 16 digits. Cards can also be printed later."),
        )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        alone = said.get("count") == 1
        for name in ("called", "card"):
            if said.get(name) and not alone and "count" in said:
                self.add_error(
                    name, gettext("One person only can have this. Leave it empty, or add one person.")
                )
        if said.get("card") and alone:
            self.cleaned_data["blank"] = find_blank(self, self.programme, "card")
        return said


class HandOutForm(forms.Form):
    """The number of a blank card."""

    card = CardNumberField(label=_("Number on the card"), help_text=_("16 digits"))

    def __init__(self, programme: Programme, *args: Any) -> None:
        super().__init__(*args)
        self.programme = programme

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("card"):
            self.cleaned_data["blank"] = find_blank(self, self.programme, "card")
        return self.cleaned_data


def find_blank(form: forms.Form, programme: Programme, field: str) -> Any:
    """The blank card of the typed number, or a mistake beside the field."""
    try:
        card = actions.look_up_card(form.cleaned_data[field], programme=programme)
    except actions.TooManyWrongCodes as wait:
        form.add_error(field, wait)
        return None
    if card is None or card.state != card.State.PRINTED or card.participant_id is not None:
        form.add_error(
            field, gettext("This is not a blank card of this programme. Take another card, or look again.")
        )
        return None
    return card


class SearchForm(forms.Form):
    """Whom to list."""

    def __init__(self, programme: Programme, *args: Any) -> None:
        super().__init__(*args)
        self.groups = list(queries.constituencies(programme))
        self.tree = list(queries.walk(queries.place_tree(programme)))
        self.fields["q"] = short(label=_("What they are called"), required=False)
        self.fields["group"] = choice_of(_("Group"), self.groups, _("– all –"))
        self.fields["place"] = choice_of_place(_("Place"), self.tree, _("– all –"))

    @property
    def said(self) -> dict[str, Any]:
        """The search as `queries.search_participants` takes it; everything when it makes no sense."""
        said = self.cleaned_data if self.is_valid() else {}
        return {
            "words": said.get("q", ""),
            "constituency": chosen(self.groups, said.get("group", "")),
            "place": chosen((place for _depth, place in self.tree), said.get("place", "")),
        }


class BlankCardsForm(forms.Form):
    """How many cards for people who are not known yet."""

    count = forms.IntegerField(label=_("How many blank cards"), min_value=1, max_value=MOST_CARDS, initial=10)


class CardsForForm(forms.Form):
    """For whose participants cards are printed."""

    def __init__(self, programme: Programme, *args: Any) -> None:
        super().__init__(*args)
        self.groups = list(queries.constituencies(programme))
        self.fields["group"] = choice_of(_("Of the group"), self.groups, _("– all –"))

    def clean_group(self) -> Constituency | None:
        found: Constituency | None = chosen(self.groups, self.cleaned_data["group"])
        return found


class FindForm(forms.Form):
    """Whose card is this? Posted, so that the number stands in no address."""

    number = CardNumberField(label=_("Number on the card"), help_text=_("16 digits"))

    def __init__(self, programme: Programme, *args: Any) -> None:
        super().__init__(*args)
        self.programme = programme

    def clean(self) -> dict[str, Any]:
        if number := self.cleaned_data.get("number"):
            self._look_up(number)
        return self.cleaned_data

    def _look_up(self, number: str) -> None:
        try:
            card = actions.look_up_card(number, programme=self.programme)
        except actions.TooManyWrongCodes as wait:
            self.add_error("number", wait)
            return
        if card is None or card.participant is None:
            self.add_error("number", gettext("This is nobody's card in this programme."))
        else:
            self.cleaned_data["participant"] = card.participant


class JoinForm(forms.Form):
    """The number on one's own card."""

    number = CardNumberField(label=_("The number on your card"), help_text=_("16 digits"))


# ---- consent ---------------------------------------------------------------------------------------------


class ConsentForm(forms.Form):
    """One question for each purpose: no, or yes and before whom. No is what is said by saying nothing."""

    AUDIENCES: tuple[Audience, ...] = AUDIENCES_ON_A_PHONE

    def __init__(self, said: dict[str, Any], *args: Any) -> None:
        super().__init__(*args)
        for question in QUESTIONS:
            before = said.get(question.purpose)
            needed = question.purpose == Purpose.TAKE_PART
            self.fields[question.purpose.value] = forms.ChoiceField(
                label=str(question.words),
                choices=self.answers(question.asks_audience, before),
                widget=forms.RadioSelect,
                initial=(before.audience if before.given else "no") if before else None if needed else "no",
                error_messages={"required": _("Choose yes or no.")},
            )

    def answers(self, asks_audience: bool, before: Consent | None) -> list[tuple[str, str]]:
        """No, and yes to each audience or just yes; one that was agreed to elsewhere is offered too."""
        no = ("no", gettext("No"))
        if not asks_audience:
            return [(Audience.PROGRAMME.value, gettext("Yes")), no]
        offered = {*self.AUDIENCES, Audience(before.audience)} if before else {*self.AUDIENCES}
        yes = [(a.value, gettext("Yes: %(audience)s") % {"audience": a.label}) for a in sorted(offered)]
        return [no, *yes]

    @property
    def said(self) -> list[Answer]:
        """Each answer as `actions.give_consents` takes it."""
        return [
            Answer(question.purpose, said != "no", Audience.PROGRAMME.value if said == "no" else said)
            for question in QUESTIONS
            if (said := self.cleaned_data[question.purpose.value])
        ]


class PaperConsentForm(ConsentForm):
    """Consent that a participant gave aloud or on paper, entered by staff."""

    AUDIENCES = tuple(Audience)

    def __init__(self, said: dict[str, Any], languages: list[str], *args: Any) -> None:
        super().__init__(said, *args)
        self.fields["asked_in"] = forms.ChoiceField(
            label=_("Language in which it was read out"),
            choices=[(code, LANGUAGES.get(code, code)) for code in languages],
        )
        self.fields["said_on"] = forms.DateField(label=_("On"), widget=Day)
        self.fields["witness"] = short(
            label=_("Witness"),
            required=False,
            help_text=_("Who else heard it: a role will do, such as “a woman of her group”."),
        )
        self.fields["way"] = forms.ChoiceField(
            label=_("How they said it"),
            # A yes by recorded voice comes with the form that it was recorded in.
            choices=[("", _("aloud, to me")), *(c for c in Consent.Way.choices if c[0] != Consent.Way.VOICE)],
            required=False,
        )
        self.fields["until"] = forms.DateField(
            label=_("Holds until"),
            widget=Day,
            required=False,
            help_text=_("Leave it empty for three years."),
        )
        self.fields["danger"] = forms.BooleanField(
            label=_("It could harm them if others outside knew"),
            required=False,
            help_text=_("Then nothing of theirs leaves the programme, whatever they said yes to."),
        )
        self.fields["child"] = forms.BooleanField(
            label=_("They are under 18"),
            required=False,
            help_text=_("Then nothing holds, and nothing more is asked of them."),
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        until = said.get("until")
        if said.get("way") == Consent.Way.WITNESS and not said.get("witness"):
            self.add_error("witness", gettext("Say who witnessed it: a role will do."))
        if until and said.get("said_on") and until <= said["said_on"]:
            self.add_error("until", gettext("It has to end after the day on which it was said."))
        return said

    def how(self) -> How:
        """How the answers were given, as `actions.give_consents` takes it."""
        return How(
            **{name: self.cleaned_data[name] for name in ("way", "witness", "until", "danger", "child")}
        )


class MergeForm(forms.Form):
    """Which of two rows goes into which."""

    row = forms.UUIDField()
    into = forms.UUIDField()

    @property
    def ids(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.cleaned_data["row"], self.cleaned_data["into"]


# ---- panels ----------------------------------------------------------------------------------------------

LONGEST_PANEL = 500


@dataclass(frozen=True)
class Asked:
    """What may be asked of a panel: of how many with this value of a column, how many there are to draw."""

    column: str
    value: str
    label: str
    there: int
    key: str


class PanelForm(forms.Form):
    """How many are drawn for what, and how many of each value of a column there must be."""

    title = short(label=_("For which gathering"))
    size = forms.IntegerField(label=_("How many are drawn"), min_value=1, max_value=LONGEST_PANEL, initial=24)

    def __init__(self, kinds: Iterable[Mapping[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = list(kinds)
        self.people = len(kinds)
        self.asked = list(asked_of(kinds))
        for each in self.asked:
            for end in ("least", "most"):
                self.fields[f"{end}-{each.key}"] = forms.IntegerField(
                    label=f"{each.label}: {ENDS[end]}", required=False, min_value=0, max_value=LONGEST_PANEL
                )
        if any(kind["household"] for kind in kinds):
            self.fields["household"] = forms.BooleanField(
                label=_("One person of each household at most"), required=False, initial=True
            )

    @property
    def tables(self) -> list[tuple[Any, list[tuple[Asked, forms.BoundField, forms.BoundField]]]]:
        """The quotas by column, each with its two fields."""
        rows = [(a, self[f"least-{a.key}"], self[f"most-{a.key}"]) for a in self.asked]
        by_column = [
            (label, [row for row in rows if row[0].column == column])
            for column, label in COLUMN_NAMES.items()
        ]
        return [(label, found) for label, found in by_column if found]

    def clean(self) -> dict[str, Any]:
        for each in self.asked:
            least, most = (self.cleaned_data.get(f"{end}-{each.key}") for end in ("least", "most"))
            if least is not None and most is not None and least > most:
                self.add_error(
                    f"most-{each.key}",
                    gettext("%(value)s: at least %(least)s is more than at most %(most)s. Change one.")
                    % {"value": each.label, "least": least, "most": most},
                )
        if size := self.cleaned_data.get("size"):
            self._fits(size)
        return self.cleaned_data

    def _fits(self, size: int) -> None:
        """Refuse a panel that is larger than the register, or smaller than what is asked of one column."""
        if size > self.people:
            said = gettext("A panel of %(size)s cannot be drawn from %(people)s people. Draw fewer.")
            self.add_error("size", said % {"size": size, "people": self.people})
        for column, label in COLUMN_NAMES.items():
            asked = sum(
                self.cleaned_data.get(f"least-{a.key}") or 0 for a in self.asked if a.column == column
            )
            if asked > size:
                said = gettext(
                    "%(column)s: at least %(asked)s are asked for, and %(size)s are drawn. Lower one."
                )
                self.add_error(None, said % {"column": label, "asked": asked, "size": size})

    @property
    def quotas(self) -> list[tuple[str, str, int, int | None]]:
        """Column, value, least and most of what was asked."""
        said = self.cleaned_data
        rows = [(a, said.get(f"least-{a.key}"), said.get(f"most-{a.key}")) for a in self.asked]
        return [(a.column, a.value, low or 0, most) for a, low, most in rows if low or most is not None]


ENDS = {"least": _("at least"), "most": _("at most")}
COLUMN_NAMES = {"constituency": _("Group"), "gender": _("Gender"), "site": _("Place"), "age": _("Age")}
MANY: dict[str, Any] = {"woman": _("Women"), "man": _("Men"), **dict(AgeBand.choices)}
WORDS = {"gender": dict(Gender.choices), "age": dict(AgeBand.choices)}


def asked_of(kinds: Sequence[Mapping[str, str]]) -> Iterator[Asked]:
    """Every value that somebody has, by column."""
    number = count()
    for column in COLUMN_NAMES:
        there = Counter(kind[column] for kind in kinds if kind[column])
        for value, many in sorted(there.items()):
            label = str(WORDS.get(column, {}).get(value, value))
            yield Asked(column, value, label, many, str(next(number)))


class NumberForm(forms.Form):
    """The number that was drawn before everybody."""

    number = forms.CharField(
        label=_("The number that was drawn"),
        max_length=3,
        help_text=_("Three digits, as 042. It cannot be changed afterwards."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_number(self) -> int:
        said: str = self.cleaned_data["number"].strip()
        if not (said.isascii() and said.isdigit()):
            raise forms.ValidationError(gettext("Write three digits, as 042."))
        return int(said)
