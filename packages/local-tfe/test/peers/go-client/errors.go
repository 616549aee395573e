package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/hashicorp/go-tfe"
)

// Tokens that who starts the program has made: somebody else who may everything, and somebody who may only read.
var (
	colleagueToken = os.Getenv("COLLEAGUE_TOKEN")
	readerToken    = os.Getenv("READER_TOKEN")
)

var named = map[string]error{
	"ErrUnauthorized":                tfe.ErrUnauthorized,
	"ErrResourceNotFound":            tfe.ErrResourceNotFound,
	"ErrInvalidIncludeValue":         tfe.ErrInvalidIncludeValue,
	"ErrWorkspaceLocked":             tfe.ErrWorkspaceLocked,
	"ErrWorkspaceNotLocked":          tfe.ErrWorkspaceNotLocked,
	"ErrWorkspaceLockedByRun":        tfe.ErrWorkspaceLockedByRun,
	"ErrWorkspaceLockedByUser":       tfe.ErrWorkspaceLockedByUser,
	"ErrWorkspaceLockedCannotDelete": tfe.ErrWorkspaceLockedCannotDelete,
	"ErrWorkspaceNotSafeToDelete":    tfe.ErrWorkspaceNotSafeToDelete,
}

// nameOf is the library's name of the error, or its text.
func nameOf(err error) string {
	for name, known := range named {
		if errors.Is(err, known) {
			return name
		}
	}
	return strings.ReplaceAll(err.Error(), "\n", " | ")
}

// refusals asks for what TFE refuses, and names the errors that the library makes of the answers.
func refusals(ctx context.Context, s *session) (any, error) {
	workspace, err := s.workspaceAlone(ctx)
	if err != nil {
		return nil, err
	}
	version, err := s.upload(ctx, workspace.ID)
	if err != nil {
		return nil, err
	}
	run, err := s.Runs.Create(ctx, tfe.RunCreateOptions{
		Workspace: workspace, ConfigurationVersion: version, AutoApply: tfe.Bool(true),
	})
	if err != nil {
		return nil, err
	}
	if err := s.reaches(ctx, run.ID, tfe.RunApplied); err != nil {
		return nil, err
	}
	seen := steps{}
	if err := refusedToReader(ctx, workspace, run, version, seen); err != nil {
		return nil, err
	}
	refusedToStranger(ctx, seen)
	refusedByState(ctx, s, workspace, run, seen)
	return seen, nil
}

func refusedToStranger(ctx context.Context, seen steps) {
	stranger, err := connect("made-up")
	if err == nil {
		_, err = stranger.Organizations.List(ctx, nil)
	}
	seen.outcome("a token that is none", err)
}

func refusedToReader(
	ctx context.Context, workspace *tfe.Workspace, run *tfe.Run, version *tfe.ConfigurationVersion, seen steps,
) error {
	reader, err := connect(readerToken)
	if err != nil {
		return err
	}
	_, err = reader.Runs.Read(ctx, run.ID)
	seen.outcome("a reader reads a run", err)
	_, err = reader.Runs.Create(ctx, tfe.RunCreateOptions{Workspace: workspace, ConfigurationVersion: version})
	seen.outcome("a reader creates a run", err)
	seen.outcome("a reader applies", reader.Runs.Apply(ctx, run.ID, tfe.RunApplyOptions{}))
	_, err = reader.Workspaces.Lock(ctx, workspace.ID, tfe.WorkspaceLockOptions{})
	seen.outcome("a reader locks", err)
	return nil
}

func refusedByState(ctx context.Context, s *session, workspace *tfe.Workspace, run *tfe.Run, seen steps) {
	_, err := s.Workspaces.Read(ctx, s.organization, "nowhere")
	seen.outcome("a workspace that is not there", err)
	_, err = s.Runs.Read(ctx, "run-nowhere")
	seen.outcome("a run that is not there", err)
	_, err = s.Plans.Read(ctx, "plan-nowhere")
	seen.outcome("a plan that is not there", err)
	_, err = s.createWorkspace(ctx, "network")
	seen.outcome("a workspace of the same name", err)
	_, err = s.Runs.ReadWithOptions(ctx, run.ID, &tfe.RunReadOptions{Include: []tfe.RunIncludeOpt{"weather"}})
	seen.outcome("an include that is none", err)
	seen.outcome("apply a run that is over", s.Runs.Apply(ctx, run.ID, tfe.RunApplyOptions{}))
	seen.outcome("discard a run that is over", s.Runs.Discard(ctx, run.ID, tfe.RunDiscardOptions{}))
	seen.outcome("cancel a run that is over", s.Runs.Cancel(ctx, run.ID, tfe.RunCancelOptions{}))
	seen.outcome("force-cancel a run that is over", s.Runs.ForceCancel(ctx, run.ID, tfe.RunForceCancelOptions{}))
	_, err = s.Runs.Create(ctx, tfe.RunCreateOptions{Workspace: workspace, IsDestroy: tfe.Bool(true), RefreshOnly: tfe.Bool(true)})
	seen.outcome("options that contradict each other", err)
	seen.outcome("safely delete what manages resources", s.Workspaces.SafeDeleteByID(ctx, workspace.ID))
	_, err = s.Workspaces.Lock(ctx, workspace.ID, tfe.WorkspaceLockOptions{})
	seen.outcome("lock", err)
	seen.outcome("safely delete what is locked", s.Workspaces.SafeDelete(ctx, s.organization, workspace.Name))
	seen.outcome("upload to a made-up URL", s.ConfigurationVersions.Upload(ctx, os.Getenv("TFE_ADDRESS")+"/_archivist/v1/upload/made-up", s.directory))
}
