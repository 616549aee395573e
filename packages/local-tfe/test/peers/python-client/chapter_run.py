"""From a directory to its outputs."""

import httpx

from pytfe.models import CommentCreateOptions, RunApplyOptions, RunIncludeOpt, RunReadOptions, RunVariable
from session import Session


def play(directory):
    session = Session("run")
    tfe = session.tfe
    workspace = session.workspace()
    version = session.upload(workspace, directory)
    variables = [RunVariable(key="greeting", value='"from python"')]
    run = session.run(workspace, version, message="build", variables=variables)
    planned = session.confirmable(run)
    plan = tfe.plans.read(planned.plan.id)
    document = tfe.plans.read_json_output(plan.id)
    tfe.comments.create(run.id, CommentCreateOptions(body="looks good"))
    tfe.runs.apply(run.id, RunApplyOptions(comment="go"))
    session.reaches(run, "applied")
    included = tfe.runs.read_with_options(run.id, RunReadOptions(include=list(RunIncludeOpt)))
    apply = tfe.applies.read(included.apply.id)
    state = tfe.state_versions.read_current(workspace.id)
    outputs = list(tfe.state_versions.list_outputs(state.id))
    return {
        "uploaded": version.status.value,
        "plan": counts(plan),
        "plan log": log(plan),
        "plan document": [change["address"] for change in document["resource_changes"]],
        "actions": planned.actions.model_dump(by_alias=True),
        "apply": counts(apply),
        "apply log": log(apply),
        "included": {
            "plan": included.plan.status.value,
            "apply": included.apply.status.value,
            "created by": included.created_by.username,
            "workspace": included.workspace.name,
        },
        "comments": [comment.body for comment in tfe.comments.list(run.id)],
        "events": [event.action for event in tfe.run_events.list(run.id)],
        "outputs": {output.name: output.value for output in outputs},
        "each output": {output.name: tfe.state_version_outputs.read(output.id).value for output in outputs},
        "current outputs": {output.name: output.value for output in tfe.state_version_outputs.read_current(workspace.id)},
        "resources": [resource.address for resource in tfe.workspace_resources.list(workspace.id)],
        "downloads": {
            "configuration": len(tfe.configuration_versions.download(version.id)) > 100,
            "state": b'"lineage"' in tfe.state_versions.download(state.id),
        },
    }


def counts(phase):
    return [
        phase.status.value,
        phase.resource_additions,
        phase.resource_changes,
        phase.resource_destructions,
    ]


def log(phase):
    # The client has no log reader of its own yet: its `logs` answers an empty text.
    return httpx.get(phase.log_read_url).text
