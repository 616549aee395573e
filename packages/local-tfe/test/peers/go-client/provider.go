package main

import (
	"context"
	"fmt"

	"github.com/hashicorp/go-tfe"
)

// provider does with the library what HashiCorp's terraform provider "tfe" does with it for its resources
// tfe_project, tfe_workspace, tfe_workspace_settings and tfe_workspace_run, and for its data source tfe_outputs.
func provider(ctx context.Context, s *session) (any, error) {
	seen := map[string]any{}
	if err := s.createOrganization(ctx); err != nil {
		return nil, err
	}
	project, err := s.taggedProject(ctx, seen)
	if err != nil {
		return nil, err
	}
	workspace, err := s.Workspaces.Create(ctx, s.organization, tfe.WorkspaceCreateOptions{
		Name: tfe.String("network"), Project: project, QueueAllRuns: tfe.Bool(false),
		TagBindings: []*tfe.TagBinding{{Key: "team", Value: "net"}},
	})
	if err != nil {
		return nil, err
	}
	for _, part := range []func(context.Context, *tfe.Workspace, map[string]any) error{
		s.workspaceSettings, s.stateConsumers, s.workspaceRun, s.deleteSafely,
	} {
		if err := part(ctx, workspace, seen); err != nil {
			return nil, err
		}
	}
	if err := s.Projects.Delete(ctx, project.ID); err != nil {
		return nil, err
	}
	_, err = s.Projects.Read(ctx, project.ID)
	seen["project deleted"] = nameOf(err)
	return seen, nil
}

func (s *session) taggedProject(ctx context.Context, seen map[string]any) (*tfe.Project, error) {
	project, err := s.Projects.Create(ctx, s.organization, tfe.ProjectCreateOptions{
		Name: "platform", Description: tfe.String("networks"),
	})
	if err != nil {
		return nil, err
	}
	if _, err := s.Projects.AddTagBindings(ctx, project.ID, tfe.ProjectAddTagBindingsOptions{
		TagBindings: []*tfe.TagBinding{{Key: "cost", Value: "1"}, {Key: "team", Value: "all"}},
	}); err != nil {
		return nil, err
	}
	bindings, err := s.Projects.ListEffectiveTagBindings(ctx, project.ID)
	seen["project tags"] = mapped(bindings, tagged)
	return project, err
}

func tagged(binding *tfe.EffectiveTagBinding) string {
	text := binding.Key + "=" + binding.Value
	if binding.Links["inherited-from"] != nil {
		text += " inherited"
	}
	return text
}

func (s *session) workspaceSettings(ctx context.Context, workspace *tfe.Workspace, seen map[string]any) error {
	look := func(what string) error {
		read, err := s.Workspaces.ReadByIDWithOptions(ctx, workspace.ID, &tfe.WorkspaceReadOptions{
			Include: []tfe.WSIncludeOpt{tfe.WSEffectiveTagBindings},
		})
		if err != nil {
			return err
		}
		// The provider asks for the duration where there is one: an explicit null would be an error.
		if read.AutoDestroyActivityDuration.IsSpecified() {
			if _, err := read.AutoDestroyActivityDuration.Get(); err != nil {
				return fmt.Errorf("auto-destroy-activity-duration: %w", err)
			}
		}
		seen[what] = map[string]any{
			"execution mode": read.ExecutionMode, "own": *read.SettingOverwrites.ExecutionMode,
			"auto-apply": read.AutoApply, "project remote state": read.ProjectRemoteState,
			"tags": mapped(read.EffectiveTagBindings, tagged),
		}
		return nil
	}
	change := func(options tfe.WorkspaceUpdateOptions) error {
		_, err := s.Workspaces.UpdateByID(ctx, workspace.ID, options)
		return err
	}
	inherit := &tfe.WorkspaceSettingOverwritesOptions{ExecutionMode: tfe.Bool(false), AgentPool: tfe.Bool(false)}
	for _, step := range []func() error{
		func() error { return look("as created") },
		func() error {
			return change(tfe.WorkspaceUpdateOptions{
				ExecutionMode: tfe.String("local"), AutoApply: tfe.Bool(true), ProjectRemoteState: tfe.Bool(true),
			})
		},
		func() error { return look("with settings") },
		func() error {
			return change(tfe.WorkspaceUpdateOptions{
				ExecutionMode: tfe.String("remote"), SettingOverwrites: inherit, AutoApply: tfe.Bool(false),
				ProjectRemoteState: tfe.Bool(false),
			})
		},
		func() error { return s.Workspaces.DeleteAllTagBindings(ctx, workspace.ID) },
		func() error { return look("without") },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) stateConsumers(ctx context.Context, workspace *tfe.Workspace, seen map[string]any) error {
	consumer, err := s.createWorkspace(ctx, "consumer")
	if err != nil {
		return err
	}
	look := func(what string) error {
		list, err := s.Workspaces.ListRemoteStateConsumers(ctx, workspace.ID, &tfe.RemoteStateConsumersListOptions{})
		if err == nil {
			seen[what] = mapped(list.Items, func(item *tfe.Workspace) string { return item.Name })
		}
		return err
	}
	consumers := []*tfe.Workspace{consumer}
	for _, step := range []func() error{
		func() error { return look("no consumers") },
		func() error {
			return s.Workspaces.AddRemoteStateConsumers(ctx, workspace.ID, tfe.WorkspaceAddRemoteStateConsumersOptions{
				Workspaces: consumers,
			})
		},
		func() error { return look("consumers") },
		func() error {
			return s.Workspaces.RemoveRemoteStateConsumers(ctx, workspace.ID, tfe.WorkspaceRemoveRemoteStateConsumersOptions{
				Workspaces: consumers,
			})
		},
		func() error { return look("consumers removed") },
		func() error { return s.Workspaces.SafeDeleteByID(ctx, consumer.ID) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// workspaceRun names no configuration version: the workspace's latest one is planned, applied, and destroyed again.
func (s *session) workspaceRun(ctx context.Context, workspace *tfe.Workspace, seen map[string]any) error {
	create := func(isDestroy bool) (*tfe.Run, error) {
		return s.Runs.Create(ctx, tfe.RunCreateOptions{
			Workspace: workspace, IsDestroy: &isDestroy, AutoApply: tfe.Bool(false), Message: tfe.String("by a provider"),
		})
	}
	_, err := create(true)
	seen["destroy without a configuration"] = nameOf(err)
	if _, err := s.upload(ctx, workspace.ID); err != nil {
		return err
	}
	for _, isDestroy := range []bool{false, true} {
		run, err := create(isDestroy)
		if err != nil {
			return err
		}
		stages, err := s.TaskStages.List(ctx, run.ID, &tfe.TaskStageListOptions{})
		if err != nil || stages.CurrentPage < stages.TotalPages {
			return fmt.Errorf("task stages: %+v, %w", stages, err)
		}
		if err := s.confirmable(ctx, run.ID); err != nil {
			return err
		}
		if err := s.Runs.Apply(ctx, run.ID, tfe.RunApplyOptions{Comment: tfe.String("by a provider")}); err != nil {
			return err
		}
		if err := s.reaches(ctx, run.ID, tfe.RunApplied); err != nil {
			return err
		}
		if err := s.outputsOf(ctx, workspace, fmt.Sprintf("outputs, destroyed: %v", isDestroy), seen); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) outputsOf(ctx context.Context, workspace *tfe.Workspace, what string, seen map[string]any) error {
	read, err := s.Workspaces.ReadWithOptions(ctx, s.organization, workspace.Name, &tfe.WorkspaceReadOptions{
		Include: []tfe.WSIncludeOpt{tfe.WSOutputs},
	})
	if err != nil {
		return err
	}
	outputs := map[string]any{}
	for _, output := range read.Outputs {
		again, err := s.StateVersionOutputs.Read(ctx, output.ID)
		if err != nil {
			return err
		}
		outputs[output.Name] = []any{output.Value, again.Value}
	}
	seen[what] = outputs
	return nil
}

// deleteSafely is how the provider deletes a workspace: only one that manages nothing any more.
func (s *session) deleteSafely(ctx context.Context, workspace *tfe.Workspace, seen map[string]any) error {
	read, err := s.Workspaces.ReadByID(ctx, workspace.ID)
	if err != nil {
		return err
	}
	seen["resources before it is deleted"] = read.ResourceCount
	if read.Permissions.CanForceDelete == nil {
		return fmt.Errorf("this server does not tell whether workspaces can be deleted safely")
	}
	if err := s.Workspaces.SafeDeleteByID(ctx, workspace.ID); err != nil {
		return err
	}
	_, err = s.Workspaces.ReadByID(ctx, workspace.ID)
	seen["workspace deleted"] = nameOf(err)
	return nil
}
