"""What the chapters have in common: clients, an organization of their own, waits that end."""

import os
import time

from pytfe import TFEClient, TFEConfig
from pytfe.errors import TFEError
from pytfe.models import (
    ConfigurationVersion,
    ConfigurationVersionCreateOptions,
    OrganizationCreateOptions,
    RunCreateOptions,
    Workspace,
    WorkspaceCreateOptions,
)

WAIT_SECONDS = 60


def connect(token="TFE_TOKEN"):
    """A client with the token of the environment variable."""
    return TFEClient(TFEConfig(address=os.environ["TFE_ADDRESS"], token=os.environ[token]))


class Session:
    """An administrator in a new organization."""

    def __init__(self, chapter):
        self.tfe = connect()
        self.organization = f"python-{chapter}"
        options = OrganizationCreateOptions(name=self.organization, email=f"{self.organization}@example.com")
        self.tfe.organizations.create(options)

    def workspace(self, name="network", **attributes):
        return self.tfe.workspaces.create(self.organization, WorkspaceCreateOptions(name=name, **attributes))

    def upload(self, workspace, directory):
        """The configuration version, when TFE has processed it."""
        versions = self.tfe.configuration_versions
        made = versions.create(workspace.id, ConfigurationVersionCreateOptions(auto_queue_runs=False))
        versions.upload(made.upload_url, directory)
        return until("the upload to be processed", lambda: versions.read(made.id), lambda one: one.status != "pending")

    def run(self, workspace, version, **options):
        # By their ids: the client cannot send objects that hold dates.
        belongings = {
            "workspace": Workspace(id=workspace.id),
            "configuration_version": ConfigurationVersion(id=version.id),
        }
        return self.tfe.runs.create(RunCreateOptions(**belongings, auto_apply=False, **options))

    def confirmable(self, run):
        return until("the run to need confirmation", lambda: self.tfe.runs.read(run.id), lambda one: one.actions.is_confirmable)

    def reaches(self, run, status):
        return until(f"the run to be {status}", lambda: self.tfe.runs.read(run.id), lambda one: one.status == status)


def until(what, read, done):
    """Reads until it is as wanted; fails with what was read last."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not done(one := read()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {WAIT_SECONDS} s for {what}: {one!r}")
        time.sleep(0.2)
    return one


def outcome(call):
    """"done", or the type of the error, its status and its text."""
    try:
        result = call()
        if hasattr(result, "__next__"):
            list(result)
        return "done"
    except TFEError as error:
        return f"{type(error).__name__} {error.status}: {error}"
