"""Lists, with the options that the client has for them."""

from pytfe.models import (
    OrganizationMembershipCreateOptions,
    OrganizationMembershipListOptions,
    ProjectCreateOptions,
    ProjectListOptions,
    RunDiscardOptions,
    RunListForOrganizationOptions,
    RunListOptions,
    StateVersionListOptions,
    TagBinding,
    TeamCreateOptions,
    TeamListOptions,
    WorkspaceIncludeOpt,
    WorkspaceListOptions,
)
from session import Session


def play(directory):
    session = Session("lists")
    tfe, organization = session.tfe, session.organization
    project = tfe.projects.create(organization, ProjectCreateOptions(name="platform"))
    alpha = session.workspace("alpha")
    session.workspace("alphabet", tag_bindings=[TagBinding(key="team", value="net")])
    beta = session.workspace("beta", project=project)
    runs_of(session, alpha, beta, directory)
    for name in ["readers", "operators"]:
        tfe.teams.create(organization, TeamCreateOptions(name=name))
    for email in ["ann@example.com", "bob@example.com"]:
        tfe.organization_memberships.create(organization, OrganizationMembershipCreateOptions(email=email))
    questions = workspaces(project) | runs("runs", RunListOptions, "search")
    questions |= runs("organization's runs", RunListForOrganizationOptions, "basic") | of_organization() | belongings()
    lists = {
        "workspaces": lambda options: tfe.workspaces.list(organization, options),
        "runs": lambda options: tfe.runs.list(alpha.id, options),
        "organization's runs": lambda options: tfe.runs.list_for_organization(organization, options),
        "projects": lambda options: tfe.projects.list(organization, options),
        "teams": lambda options: tfe.teams.list(organization, options),
        "members": lambda options: tfe.organization_memberships.list(organization, options),
        "state versions": lambda _options: tfe.state_versions.list(
            StateVersionListOptions(organization=organization, workspace="alpha")
        ),
    }
    return {f"{of} {how}": [named(one) for one in lists[of](options)] for (of, how), options in questions.items()}


def runs_of(session, alpha, beta, directory):
    """alpha: build (applied), look (plan-only). beta: wait."""
    version = session.upload(alpha, directory)
    build = session.run(alpha, version, message="build")
    session.confirmable(build)
    session.tfe.runs.apply(build.id)
    session.reaches(build, "applied")
    session.reaches(session.run(alpha, version, message="look", plan_only=True), "planned_and_finished")
    turn = session.run(alpha, version, message="tear down", is_destroy=True)
    session.confirmable(turn)
    session.tfe.runs.discard(turn.id, RunDiscardOptions())
    session.reaches(turn, "discarded")
    session.confirmable(session.run(beta, session.upload(beta, directory), message="wait"))


def named(one):
    for field in ["message", "name", "email"]:
        if getattr(one, field, None) is not None:
            return getattr(one, field)
    return one.status.value


def workspaces(project):
    every = {
        "search": WorkspaceListOptions(search="alph"),
        "wildcard": WorkspaceListOptions(wildcard_name="*bet"),
        "tags": WorkspaceListOptions(tags="team"),
        "exclude tags": WorkspaceListOptions(exclude_tags="team"),
        "tag bindings": WorkspaceListOptions(tag_bindings=[TagBinding(key="team", value="net")]),
        "project": WorkspaceListOptions(project_id=project.id),
        "current run": WorkspaceListOptions(current_run_status="planned"),
        "sort": WorkspaceListOptions(sort="-name"),
        "include": WorkspaceListOptions(include=list(WorkspaceIncludeOpt)),
        "pages of one": WorkspaceListOptions(page_size=1),
    }
    return {("workspaces", how): options for how, options in every.items()}


def runs(of, options, search):
    every = {
        "all": options(),
        "user": options(user="admin"),
        "commit": options(commit="abc123"),
        "search": options(**{search: "tear"}),
        "status": options(status="applied,discarded"),
        "source": options(source="tfe-api"),
        "operation": options(operation="plan_only"),
        "pages of one": options(page_size=1),
    }
    return {(of, how): given for how, given in every.items()}


def of_organization():
    options = RunListForOrganizationOptions
    every = {
        "status group": options(status_group="non_final"),
        "timeframe": options(timeframe="2001"),
        "workspaces": options(workspace_names="beta"),
        "agent pools": options(agent_pool_names="none-such"),
    }
    return {("organization's runs", how): given for how, given in every.items()}


def belongings():
    return {
        ("projects", "name"): ProjectListOptions(name="platform"),
        ("projects", "query"): ProjectListOptions(query="plat"),
        ("projects", "pages of one"): ProjectListOptions(page_size=1),
        ("teams", "names"): TeamListOptions(names=["readers"]),
        ("teams", "query"): TeamListOptions(query="oper"),
        ("teams", "pages of one"): TeamListOptions(page_size=1),
        ("members", "emails"): OrganizationMembershipListOptions(emails=["ann@example.com"]),
        ("members", "query"): OrganizationMembershipListOptions(query="bob"),
        ("members", "status"): OrganizationMembershipListOptions(status="active"),
        ("state versions", "all"): None,
    }
