# ruff: noqa: S608 - put together from constants of this file
"""What PostgreSQL itself refuses: one person with two duties, also by way of a delegation.

Own posts are kept apart by the constraint ``post_separation_of_duties``. A delegation lies in another table, so a trigger looks
from each to the other. It locks the person first: of two transactions that would give the two halves, the second waits and sees.
"""

import pgtrigger

#: The duty of a role, as ``models.duty_of`` says it.
_DUTY = "(CASE {role} WHEN 'administrator' THEN 1 WHEN 'auditor' THEN 2 ELSE 3 END)"
#: The days of a post as moments: they are China's.
_MOMENTS = "tstzrange(lower({p})::timestamp AT TIME ZONE 'Asia/Shanghai', upper({p})::timestamp AT TIME ZONE 'Asia/Shanghai')"
_REFUSE = (
    "RAISE EXCEPTION 'one person may not hold two duties (administration, audit, business) at once'"
    " USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'post_separation_of_duties';"
)

#: On a post: does its holder stand in for somebody of another duty, or does its delegate hold one?
POST_DUTY = pgtrigger.Trigger(
    name="post_duty",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("role", "user_id", "period"),  # type: ignore[no-untyped-call]  # the library has no types
    func=f"""
    IF isempty(NEW.period) THEN RETURN NEW; END IF;
    PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM accounts_delegation d JOIN accounts_post p ON p.id = d.post_id
         WHERE d.to_id = NEW.user_id AND {_DUTY.format(role="p.role")} <> {_DUTY.format(role="NEW.role")}
           AND tstzrange(d.starts_at, d.ends_at) && {_MOMENTS.format(p="NEW.period")}
    ) THEN
        {_REFUSE}
    END IF;
    RETURN NEW;
    """,
)

#: On a delegation: does the delegate hold, or stand in for, a post of another duty while it lasts?
DELEGATION_DUTY = pgtrigger.Trigger(
    name="delegation_duty",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("post_id", "to_id", "starts_at", "ends_at"),  # type: ignore[no-untyped-call]  # the library has no types
    func=f"""
    PERFORM 1 FROM accounts_user WHERE id = NEW.to_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM accounts_post mine, accounts_post p
         WHERE p.id = NEW.post_id AND {_DUTY.format(role="mine.role")} <> {_DUTY.format(role="p.role")}
           AND tstzrange(NEW.starts_at, NEW.ends_at) && {_MOMENTS.format(p="mine.period")}
           AND (mine.user_id = NEW.to_id
                OR EXISTS (SELECT FROM accounts_delegation d
                            WHERE d.post_id = mine.id AND d.to_id = NEW.to_id
                              AND tstzrange(d.starts_at, d.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at)))
    ) THEN
        {_REFUSE}
    END IF;
    RETURN NEW;
    """,
)
