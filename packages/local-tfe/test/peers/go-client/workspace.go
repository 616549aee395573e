package main

import (
	"context"

	"github.com/hashicorp/go-tfe"
)

// workspace sets what a workspace has to set, reads it back by name and by id, changes and deletes it.
func workspace(ctx context.Context, s *session) (any, error) {
	if err := s.createOrganization(ctx); err != nil {
		return nil, err
	}
	project, err := s.Projects.Create(ctx, s.organization, tfe.ProjectCreateOptions{Name: "platform"})
	if err != nil {
		return nil, err
	}
	created, err := s.Workspaces.Create(ctx, s.organization, tfe.WorkspaceCreateOptions{
		Name: tfe.String("network"), Description: tfe.String("subnets"), AllowDestroyPlan: tfe.Bool(false),
		AutoApply: tfe.Bool(true), ExecutionMode: tfe.String("remote"), FileTriggersEnabled: tfe.Bool(false),
		GlobalRemoteState: tfe.Bool(true), QueueAllRuns: tfe.Bool(true), SpeculativeEnabled: tfe.Bool(false),
		SourceName: tfe.String("portal"), SourceURL: tfe.String("https://portal.example.com"),
		StructuredRunOutputEnabled: tfe.Bool(false), TerraformVersion: tfe.String("1.9.8"),
		TriggerPrefixes: []string{"modules"}, WorkingDirectory: tfe.String("envs/prod"),
		Tags: []*tfe.Tag{{Name: "prod"}}, Project: project,
	})
	if err != nil {
		return nil, err
	}
	byName, err := s.Workspaces.ReadWithOptions(ctx, s.organization, "network", &tfe.WorkspaceReadOptions{
		Include: []tfe.WSIncludeOpt{tfe.WSOrganization, tfe.WSProject},
	})
	if err != nil {
		return nil, err
	}
	seen := map[string]any{
		"as created": settings(created), "by name": settings(byName),
		"project": byName.Project.Name, "organization": byName.Organization.Email, "permissions": byName.Permissions,
	}
	return seen, s.changeWorkspace(ctx, created.ID, seen)
}

func (s *session) changeWorkspace(ctx context.Context, id string, seen map[string]any) error {
	if err := s.Workspaces.AddTags(ctx, id, tfe.WorkspaceAddTagsOptions{Tags: []*tfe.Tag{{Name: "eu"}}}); err != nil {
		return err
	}
	changed, err := s.Workspaces.UpdateByID(ctx, id, tfe.WorkspaceUpdateOptions{
		Name: tfe.String("renamed"), AutoApply: tfe.Bool(false), Description: tfe.String(""),
	})
	if err != nil {
		return err
	}
	seen["changed"] = settings(changed)
	if err := s.Workspaces.RemoveTags(ctx, id, tfe.WorkspaceRemoveTagsOptions{Tags: []*tfe.Tag{{Name: "prod"}}}); err != nil {
		return err
	}
	tags, err := s.Workspaces.ListTags(ctx, id, nil)
	if err != nil {
		return err
	}
	seen["tags left"] = mapped(tags.Items, func(tag *tfe.Tag) string { return tag.Name })
	if err := s.Workspaces.SafeDeleteByID(ctx, id); err != nil {
		return err
	}
	_, err = s.Workspaces.ReadByID(ctx, id)
	seen["deleted"] = nameOf(err)
	return nil
}

func settings(w *tfe.Workspace) map[string]any {
	return map[string]any{
		"name": w.Name, "description": w.Description, "allow-destroy-plan": w.AllowDestroyPlan, "auto-apply": w.AutoApply,
		"execution-mode": w.ExecutionMode, "file-triggers-enabled": w.FileTriggersEnabled,
		"global-remote-state": w.GlobalRemoteState, "queue-all-runs": w.QueueAllRuns,
		"speculative-enabled": w.SpeculativeEnabled, "source-name": w.SourceName, "source-url": w.SourceURL,
		"structured-run-output-enabled": w.StructuredRunOutputEnabled, "terraform-version": w.TerraformVersion,
		"trigger-prefixes": w.TriggerPrefixes, "working-directory": w.WorkingDirectory, "tag-names": w.TagNames,
	}
}
