"""Variables, and that no sensitive value comes back."""

from pytfe.models import VariableCreateOptions, VariableUpdateOptions
from session import Session, outcome


def play(_directory):
    session = Session("variables")
    workspace, variables = session.workspace(), session.tfe.variables
    size = variables.create(
        workspace.id,
        VariableCreateOptions(key="size", value="1", category="terraform", hcl=True, description="how many"),
    )
    secret = variables.create(
        workspace.id, VariableCreateOptions(key="PASSWORD", value="planted", category="env", sensitive=True)
    )
    seen = {
        "secret as created": shown(secret),
        "secret as read": shown(variables.read(workspace.id, secret.id)),
        "changed": shown(variables.update(workspace.id, size.id, VariableUpdateOptions(value="2"))),
        "list": [shown(one) for one in variables.list(workspace.id)],
        "every": len(list(variables.list_all(workspace.id))),
        "the same key again": outcome(
            lambda: variables.create(workspace.id, VariableCreateOptions(key="size", value="3", category="terraform"))
        ),
    }
    variables.delete(workspace.id, size.id)
    seen["deleted"] = outcome(lambda: variables.read(workspace.id, size.id))
    return seen


def shown(variable):
    category = getattr(variable.category, "value", variable.category)
    return [variable.key, variable.value or "", category, variable.hcl, variable.sensitive, variable.description or ""]
