"""Row policies of the access room. Identity itself is no secret among staff; the log and drafts are."""

from leeward.platform.common.policy import Open, Policy

STAFF = "colleagues' names, organisations and roles are what a partnership works with; no survivor is in them"
LIBRARY = "a library's own table, without a survivor's data"

POLICIES = [
    Open("access.Partnership", STAFF),
    Open("access.Organisation", STAFF),
    Open("access.Team", STAFF),
    Open("access.User", STAFF),
    Open("access.Membership", STAFF),
    Open("access_membership_teams", STAFF),
    Open("access.IdentityProvider", STAFF, "SELECT, INSERT, UPDATE"),
    Open("access.OnceToken", "random tokens and neutral addresses only"),
    Open("access.ApiKey", "hashes of random keys, whose they are and when they ended; no survivor is in them",
         "SELECT, INSERT, UPDATE"),
    Open("access_cache", "how often sign-in was tried, by network or hashed address, for minutes; no survivor"),
    Open("access.RateCount", "keyed hashes that change every hour, and counts"),
    Policy(
        "access.AuditEntry",
        # A wall beats the data protection lead too: the log of a walled person is not shown to who is walled.
        read="acting_role('data_protection') AND partnership_id = (SELECT acting_partnership())"
        " AND COALESCE(person_id, 0) <> ALL ((SELECT acting_walls())::bigint[])"
        " AND NOT (listed && (SELECT acting_walls())::bigint[])",
    ),
    Policy("access.ChainHead", read=None),
    Open("access.AuditCheck", "counts, and numbers of entries that do not hold; written by a function", "SELECT"),
    Policy(
        "access.Draft",
        read="user_id = (SELECT acting_user()) AND organisation_id = (SELECT acting_organisation())",
        add="user_id = (SELECT acting_user()) AND organisation_id = (SELECT acting_organisation())",
        change="user_id = (SELECT acting_user()) AND organisation_id = (SELECT acting_organisation())",
        remove="user_id = (SELECT acting_user()) AND organisation_id = (SELECT acting_organisation())",
    ),
    *(
        Open(table, "the queue of work for later: names of jobs and ids, never a person's facts")
        for table in (
            "procrastinate_jobs",
            "procrastinate_events",
            "procrastinate_periodic_defers",
            "procrastinate_workers",
        )
    ),
    Open("django_session", LIBRARY),
    Open("django_content_type", LIBRARY, "SELECT"),
    Open("django_migrations", LIBRARY, "SELECT"),
    *(Open(table, LIBRARY) for table in (
        "account_emailaddress", "account_emailconfirmation", "mfa_authenticator", "socialaccount_socialaccount",
        "socialaccount_socialapp", "socialaccount_socialtoken", "usersessions_usersession",
    )),
]  # fmt: skip
