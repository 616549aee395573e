"""Locks beside other people and runs."""

from pytfe.models import RunDiscardOptions, WorkspaceLockOptions
from session import Session, connect, outcome


def play(directory):
    session = Session("locks")
    workspace = session.workspace()
    mine, colleague = session.tfe.workspaces, connect("COLLEAGUE_TOKEN").workspaces
    reason = WorkspaceLockOptions(reason="maintenance")

    def lock(workspaces):
        return outcome(lambda: workspaces.lock(workspace.id, reason))

    def unlock(workspaces):
        return outcome(lambda: workspaces.unlock(workspace.id))

    seen = {
        "lock": lock(mine),
        "reason": mine.read_by_id(workspace.id).locked_reason,
        "lock again": lock(mine),
        "unlock by a colleague": unlock(colleague),
        "unlock": unlock(mine),
        "unlock again": unlock(mine),
        "lock by a colleague": lock(colleague),
        "force-unlock": outcome(lambda: mine.force_unlock(workspace.id)),
    }
    run = session.run(workspace, session.upload(workspace, directory))
    session.confirmable(run)
    seen["lock while a run holds it"] = lock(mine)
    seen["unlock while a run holds it"] = unlock(mine)
    session.tfe.runs.discard(run.id, RunDiscardOptions(comment="not now"))
    session.reaches(run, "discarded")
    seen["locked when the run is over"] = mine.read_by_id(workspace.id).locked
    return seen
