"""A workspace as it was set, and what stands around it."""

from pytfe.models import (
    ProjectCreateOptions,
    TagBinding,
    Tag,
    WorkspaceAddTagsOptions,
    WorkspaceIncludeOpt,
    WorkspaceReadOptions,
    WorkspaceSettingOverwrites,
    WorkspaceUpdateOptions,
)
from session import Session, outcome

SETTINGS = {
    "description": "subnets",
    "allow_destroy_plan": False,
    "auto_apply": True,
    "auto_destroy_activity_duration": "14d",
    "execution_mode": "remote",
    "file_triggers_enabled": False,
    "global_remote_state": True,
    "queue_all_runs": True,
    "source_name": "portal",
    "source_url": "https://portal.example.com",
    "speculative_enabled": False,
    "structured_run_output_enabled": False,
    "terraform_version": "1.9.8",
    "trigger_prefixes": ["modules"],
    "working_directory": "envs/prod",
}


def play(_directory):
    session = Session("workspace")
    tfe, organization = session.tfe, session.organization
    project = tfe.projects.create(organization, ProjectCreateOptions(name="platform"))
    made = session.workspace(
        project=project,
        tag_bindings=[TagBinding(key="team", value="net")],
        setting_overwrites=WorkspaceSettingOverwrites(execution_mode=True, agent_pool=False),
        **SETTINGS,
    )
    everything = WorkspaceReadOptions(include=list(WorkspaceIncludeOpt))
    read = tfe.workspaces.read_with_options("network", everything, organization=organization)
    changed = tfe.workspaces.update_by_id(made.id, WorkspaceUpdateOptions(name="renamed", auto_apply=False))
    tfe.workspaces.add_tags(made.id, WorkspaceAddTagsOptions(tags=[Tag(name="prod")]))
    seen = {
        "as set": SETTINGS == settings(made) == settings(read),
        "around it": [read.organization.name, read.project.name],
        "permissions": [read.permissions.can_queue_run, read.permissions.can_lock, read.permissions.can_update],
        "changed": [changed.name, changed.auto_apply, changed.description],
        "tags": [tag.name for tag in tfe.workspaces.list_tags(made.id)],
        "tag bindings": [f"{tag.key}={tag.value}" for tag in tfe.workspaces.list_effective_tag_bindings(made.id)],
        "variable sets": list(tfe.workspaces.list_applicable_varsets(made.id)),
        "resources": list(tfe.workspace_resources.list(made.id)),
    }
    tfe.workspaces.safe_delete_by_id(made.id)
    seen["deleted"] = outcome(lambda: tfe.workspaces.read_by_id(made.id))
    return seen


def settings(workspace):
    read = workspace.model_dump(mode="json")
    return {name: read[name] for name in SETTINGS}
