"""Every refusal, by the type that the client has for it."""

from pytfe import TFEClient, TFEConfig
from pytfe.models import RunApplyOptions, RunCancelOptions, RunDiscardOptions, RunForceCancelOptions, WorkspaceLockOptions
from session import Session, connect, os, outcome


def play(directory):
    session = Session("errors")
    tfe, reader = session.tfe, connect("READER_TOKEN")
    nobody = TFEClient(TFEConfig(address=os.environ["TFE_ADDRESS"], token="none-such"))
    workspace = session.workspace()
    version = session.upload(workspace, directory)
    run = session.run(workspace, version)
    session.confirmable(run)
    seen = {
        "a token that is none": outcome(lambda: nobody.runs.read(run.id)),
        "a reader reads a run": outcome(lambda: reader.runs.read(run.id)),
        "a reader applies": outcome(lambda: reader.runs.apply(run.id, RunApplyOptions())),
        "a reader locks": outcome(lambda: reader.workspaces.lock(workspace.id, WorkspaceLockOptions())),
        "a run that is not there": outcome(lambda: tfe.runs.read("run-none")),
        "a workspace of the same name": outcome(session.workspace),
        "options that contradict each other": outcome(
            lambda: session.run(workspace, version, refresh_only=True, is_destroy=True)
        ),
    }
    tfe.runs.apply(run.id)
    session.reaches(run, "applied")
    over = {
        "apply": lambda: tfe.runs.apply(run.id, RunApplyOptions()),
        "discard": lambda: tfe.runs.discard(run.id, RunDiscardOptions()),
        "cancel": lambda: tfe.runs.cancel(run.id, RunCancelOptions()),
        "force-cancel": lambda: tfe.runs.force_cancel(run.id, RunForceCancelOptions()),
        "force-execute": lambda: tfe.runs.force_execute(run.id),
    }
    seen |= {f"{name} a run that is over": outcome(call) for name, call in over.items()}
    seen["safely delete what manages resources"] = outcome(lambda: tfe.workspaces.safe_delete_by_id(workspace.id))
    return seen
