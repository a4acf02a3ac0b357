"""Every published leak of our kind is a named test, or says which part of the system it waits for.

The numbers are those of the standards that the project was given (T-1 to T-40): each is a mistake that somebody has made,
most of them found by a regulator. Below stands which test holds it here. A test that is renamed or removed fails
`test_each_leak_has_its_test_or_says_what_it_waits_for`; so does a number that is forgotten.

Here itself are those that belong to no room: what a pooled connection keeps (T-36), and what mail may say (T-40).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from django.core import mail
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from leeward.platform.access import acting
from leeward.record.cases.models import Case
from leeward.response.marac.tasks import send_notice
from tests.committed import committed  # noqa: F401  (a fixture)
from tests.everywhere import make_busy
from tests.plugin import ROOT
from tests.worlds import World, build

UI, PEOPLE, FRONT, MARAC = (
    "leeward/platform/ui/tests/", "leeward/record/people/tests/", "leeward/response/front_door/tests/",
    "leeward/response/marac/tests/",
)  # fmt: skip
SECURITY, JOURNEYS = "tests/security/", "tests/journeys/"


@dataclass(frozen=True)
class Leak:
    """What must not happen, the tests that hold it, and what of it waits for a part that is not built yet."""

    words: str
    tests: tuple[str, ...] = ()
    later: str = ""


LEAKS: dict[int, Leak] = {
    1: Leak("After the exit, Back shows nothing and the session is dead", (
        f"{JOURNEYS}test_asking.py::test_leaving_at_once_and_nothing_comes_back",
        f"{UI}test_browser.py::test_the_exit_leaves_and_there_is_no_way_back")),
    2: Leak("No address of ours is told to another site", (
        f"{JOURNEYS}test_asking.py::test_leaving_at_once_and_nothing_comes_back",
        f"{UI}test_answers.py::test_every_answer_carries_the_safety_headers")),
    3: Leak("The exit works without scripts", (f"{UI}test_browser.py::test_without_scripts_the_exit_is_a_link",)),
    4: Leak("Nothing of the government's crown, crest or typeface", (
        f"{UI}test_assets.py::test_no_crown_no_transport_font_no_government_favicon",)),
    5: Leak("No name, address or postcode in a title or an address of a page", (
        f"{JOURNEYS}test_titles.py::test_no_title_and_no_address_says_who_somebody_is",
        f"{UI}test_engine.py::test_titles_hold_nothing_of_the_request")),
    6: Leak("A way that is not safe now is not used", (
        f"{PEOPLE}test_contact.py::test_an_expired_way_is_not_offered_and_says_so",), "sending messages"),
    7: Leak("Print, PDF, API and downloads keep to the same rules as the screen", (
        f"{SECURITY}test_oracle_pages.py::test_every_answer_gives_what_the_rules_say",
        f"{MARAC}test_minutes.py::test_a_walled_reader_gets_the_document_without_that_item")),
    8: Leak("Nobody else's server is ever asked for anything", (
        f"{JOURNEYS}test_asking.py::test_pages_of_words",
        f"{UI}test_answers.py::test_every_answer_carries_the_safety_headers")),
    9: Leak("A sealed address is in no answer, log, download or search of whom it was not given to", (
        f"{SECURITY}test_oracle_pages.py::test_every_answer_gives_what_the_rules_say",
        f"{PEOPLE}test_keeping_apart.py::test_a_sealed_address_is_for_named_users_and_teams"), "backups"),
    10: Leak("An address of one changes and tells nobody else's", (
        f"{PEOPLE}test_keeping_apart.py::test_t10_an_address_of_one_changes_and_tells_nobody_elses",)),
    11: Leak("Looking for duplicates never shows that the other party is a client", (
        f"{PEOPLE}test_keeping_apart.py::test_t11_looking_for_duplicates_never_shows_that_the_other_party_is_a_client",)),
    12: Leak("A number that two people share is unsafe on both", (
        f"{PEOPLE}test_contact.py::test_t12_a_number_that_two_people_of_a_case_have_is_unsafe_on_both",)),
    13: Leak("A child's record shown to one parent's worker hides the other parent's place", (
        f"{PEOPLE}test_keeping_apart.py::test_t13_a_child_shown_to_one_parents_worker_hides_the_other_parents_place",)),
    14: Leak("An import sends nothing", later="imports"),
    15: Leak("A feed that stopped says so, and silence is never safety", later="feeds from agencies"),
    16: Leak("Who asks under the disclosure scheme is never found from whom they ask about", later="disclosure scheme"),
    17: Leak("A call only to a way that is safe at this hour", (
        f"{FRONT}test_safe_contact.py::test_what_speaks_against_a_try",
        f"{FRONT}test_safe_contact.py::test_a_change_in_the_record_counts_at_once")),
    18: Leak("A bundle with a protected address is not made", later="court bundles"),
    19: Leak("What is withheld is not in the bytes of the document", (
        f"{MARAC}test_minutes.py::test_a_withheld_line_is_hidden_by_the_database_on_the_page_and_in_the_document",)),
    20: Leak("Each document goes to those whose part in it was checked", (
        f"{MARAC}test_minutes.py::test_the_chair_s_set_has_one_document_for_each_agency",), "sending documents"),
    21: Leak("One letter to one recipient, without the others' addresses", later="sending letters"),
    22: Leak("A second person checks what is given out", later="giving out records"),
    23: Leak("Each recipient's own version", (
        f"{MARAC}test_minutes.py::test_the_chair_s_set_has_one_document_for_each_agency",)),
    24: Leak("A new address stops post to the old one and is never quoted there", later="sending letters"),
    25: Leak("A download holds values and nothing behind them", (
        f"{MARAC}test_returning.py::test_no_cell_of_a_download_is_a_formula",)),
    26: Leak("Two records are never merged by themselves, and come apart again", (
        f"{PEOPLE}test_keeping_apart.py::test_t26_linked_records_keep_their_own_facts_and_come_apart_again",)),
    27: Leak("A number tried in an address opens nothing and tells nothing", (
        f"{SECURITY}test_hidden_and_missing.py::"
        "test_hidden_and_missing_are_answered_alike_by_the_same_statements",)),
    28: Leak("What was pasted keeps where it came from", later="giving out records"),
    29: Leak("Nothing is destroyed without a schedule and two people", later="retention"),
    30: Leak("No more than is needed is taken in; a breach has its clock", later="breach reports"),
    31: Leak("What the public directory sends holds nothing of anybody", later="the public directory"),
    32: Leak("No small number can be worked out from what is published", (
        f"{MARAC}test_returning.py::test_a_share_of_very_few_is_not_said",), "publishing figures"),
    33: Leak("What somebody gets of their own record holds nothing that another said", later="subject access"),
    34: Leak("Everything is tested as the role that may bypass nothing", (
        "tests/architecture/test_tables.py::test_the_web_role_owns_nothing_and_can_bypass_nothing",)),
    35: Leak("Role by agency by case by address: 404, as if it were not there", (
        f"{SECURITY}test_oracle_pages.py::test_every_answer_gives_what_the_rules_say",
        f"{SECURITY}test_hidden_and_missing.py::"
        "test_hidden_and_missing_are_answered_alike_by_the_same_statements")),
    36: Leak("A pooled connection keeps nothing of who acted before", (
        f"{SECURITY}test_published_leaks.py::test_a_pooled_connection_keeps_nothing_of_who_acted_before",)),
    37: Leak("A log that was touched says where", (
        "leeward/platform/access/tests/test_chain.py::test_a_touched_log_says_where",
        "leeward/platform/access/tests/test_chain.py::test_a_cut_tail_shows_by_the_anchor")),
    38: Leak("A backup is restored and everything holds", later="backups"),
    39: Leak("The public journeys, and the worker's, without scripts", (
        f"{JOURNEYS}test_whole_way.py::test_told_once_and_carried",
        f"{JOURNEYS}test_asking.py::test_without_javascript_on_a_small_phone_from_start_to_end",
        f"{JOURNEYS}test_marac_referring.py::test_without_scripts_the_police_refer_somebody_new")),
    40: Leak("Mail holds no name, no word of a case and no link with a number", (
        f"{SECURITY}test_published_leaks.py::test_a_message_says_that_there_is_something_and_nothing_else",
        f"{SECURITY}test_published_leaks.py::test_only_known_modules_send_mail_and_no_template_is_a_message"), "sending messages"),
}  # fmt: skip


def test_each_leak_has_its_test_or_says_what_it_waits_for() -> None:
    assert sorted(LEAKS) == list(range(1, 41))
    for number, leak in LEAKS.items():
        assert leak.tests or leak.later, f"T-{number} has neither a test nor what it waits for"
        for named in leak.tests:
            file, _, test = named.partition("::")
            tree = ast.parse((ROOT / file).read_text())
            found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            assert test in found, f"T-{number}: {named} is not there"


# ------------------------------------------------------------------------------------------------------------- T-36


@pytest.fixture
def pooled(committed: None) -> Iterator[None]:  # noqa: F811
    """A pool of one: whoever comes next is lent the very connection that was used before."""
    own = connections.settings["default"]
    connections.settings["default"] = {
        **own, "OPTIONS": {**own["OPTIONS"], "pool": {"min_size": 1, "max_size": 1, "timeout": 5}},
    }  # fmt: skip
    connections["default"].close()
    before = connections["default"]
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"].close_pool()  # type: ignore[attr-defined]  # of Django's PostgreSQL
        connections.settings["default"] = own
        connections["default"] = before


def left_behind() -> tuple[int, dict[str, str]]:
    """Which connection is lent, and every setting on it that is about who acts, or that somebody set for the session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = int(cursor.fetchone()[0])
        names = ("user", "organisation", "partnership", "kind", "roles", "teams", "walls", "making")
        cursor.execute("SELECT " + ", ".join(f"current_setting('app.{name}', true)" for name in names))
        found = {name: value for name, value in zip(names, cursor.fetchone(), strict=True) if value}
        cursor.execute("SELECT name, setting FROM pg_settings WHERE source = 'session'")
        found |= dict(cursor.fetchall())
    connection.close()
    return pid, found


def test_a_pooled_connection_keeps_nothing_of_who_acted_before(pooled: None) -> None:
    with transaction.atomic():
        world = build()
        case = world.case("idva")
        mine, stranger = world.browser("idva"), world.browser("haven_worker")
    connection.close()
    first, clean = left_behind()
    path = f"/cases/{case.id}"
    # Whoever sees it, who does not, who is signed out, who sends nonsense: each on what the one before has used.
    for client, asked, status in (
        (mine, path, 200), (stranger, path, 404), (mine, path, 200), (Client(), path, 302), (mine, "/cases/9", 404),
        (stranger, path, 404), (mine, "/search", 200), (stranger, "/cases?whose=organisation", 200),
        (mine, "/no-such-page", 404), (Client(), "/", 200),
    ):  # fmt: skip
        answer = client.post(asked, {"q": "Maya Lindqvist"}) if asked == "/search" else client.get(asked)
        assert answer.status_code == status, asked
        if client is stranger:
            assert case.reference not in answer.content.decode()
        connection.close()
        lent, left = left_behind()
        assert (lent, left) == (first, clean), asked
        with transaction.atomic():
            assert not Case.objects.exists()
    # Nor after a transaction that broke off in the middle.
    with suppress(DatabaseError), transaction.atomic():
        assert acting.begin(world.users["idva"].id, None) is not None
        assert Case.objects.exists()
        raise DatabaseError
    connection.close()
    assert left_behind() == (first, clean)


# ------------------------------------------------------------------------------------------------------------- T-40


SENDERS = {"leeward/platform/access/notices.py"}  # whoever adds one adds its messages to the test below
CASE_WORDS = (
    "marac",
    "case",
    "refer",
    "risk",
    "meeting",
    "harm",
    "abuse",
    "victim",
    "child",
    "police",
    "action",
    "urgent",
)


def test_a_message_says_that_there_is_something_and_nothing_else(world: World) -> None:
    """No name, no reference, no word of a case, no number, no link: an inbox is read by others too."""
    busy = make_busy(world)
    assert mail.outbox == [], "nothing that is done sends a message of its own"
    users = [world.users[key].id for key in ("police_rep", "chair", "coordinator")]
    send_notice(user_ids=users)
    assert sorted(message.to for message in mail.outbox) == sorted(
        [user.email] for key, user in world.users.items() if user.id in users
    )
    names = {user.name for user in world.users.values()} | {busy.family.case.reference, world.partnership.name}
    for message in mail.outbox:
        assert not message.attachments
        assert not message.cc + message.bcc
        text = f"{message.subject} {message.body}"
        assert not re.findall(r"\d|https?:|www\.|@", text)
        assert not [name for name in names if name in text]
        assert not [word for word in CASE_WORDS if word in text.lower()]


def test_only_known_modules_send_mail_and_no_template_is_a_message() -> None:
    senders = ("django.core.mail", "smtplib", "email.message", "email.mime")
    found = set()
    for file in (ROOT / "leeward").rglob("*.py"):
        if "tests" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
            if any(name.startswith(senders) for name in names) or called in ("email_user", "send_mail", "mail_admins"):
                found.add(str(file.relative_to(ROOT)))
    assert found == SENDERS
    assert not [file for file in (ROOT / "leeward").rglob("templates/**/*") if "email" in file.parts]
