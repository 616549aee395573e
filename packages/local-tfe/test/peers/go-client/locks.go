package main

import (
	"context"

	"github.com/hashicorp/go-tfe"
)

// locks locks and unlocks as a person does, beside other people and runs.
func locks(ctx context.Context, s *session) (any, error) {
	workspace, err := s.workspaceAlone(ctx)
	if err != nil {
		return nil, err
	}
	colleague, err := connect(colleagueToken)
	if err != nil {
		return nil, err
	}
	version, err := s.upload(ctx, workspace.ID)
	if err != nil {
		return nil, err
	}
	id, lock := workspace.ID, tfe.WorkspaceLockOptions{Reason: tfe.String("maintenance")}
	seen := steps{}
	seen.locked("lock")(s.Workspaces.Lock(ctx, id, lock))
	seen.locked("lock again")(s.Workspaces.Lock(ctx, id, lock))
	seen.locked("unlock by a colleague")(colleague.Workspaces.Unlock(ctx, id))
	seen.locked("unlock")(s.Workspaces.Unlock(ctx, id))
	seen.locked("unlock again")(s.Workspaces.Unlock(ctx, id))
	seen.locked("lock by a colleague")(colleague.Workspaces.Lock(ctx, id, lock))
	seen.locked("force-unlock")(s.Workspaces.ForceUnlock(ctx, id))
	seen.locked("force-unlock again")(s.Workspaces.ForceUnlock(ctx, id))
	run, err := s.Runs.Create(ctx, tfe.RunCreateOptions{Workspace: workspace, ConfigurationVersion: version})
	if err != nil {
		return nil, err
	}
	if err := s.confirmable(ctx, run.ID); err != nil {
		return nil, err
	}
	seen.locked("lock while a run holds it")(s.Workspaces.Lock(ctx, id, lock))
	seen.locked("unlock while a run holds it")(s.Workspaces.Unlock(ctx, id))
	if err := s.Runs.Discard(ctx, run.ID, tfe.RunDiscardOptions{}); err != nil {
		return nil, err
	}
	if err := s.reaches(ctx, run.ID, tfe.RunDiscarded); err != nil {
		return nil, err
	}
	seen.locked("read when the run is over")(s.Workspaces.ReadByID(ctx, id))
	return seen, nil
}

// steps holds for each step what came of it: "locked", "unlocked", or the name of the error.
type steps map[string]string

func (s steps) locked(step string) func(*tfe.Workspace, error) {
	return func(workspace *tfe.Workspace, err error) {
		switch {
		case err != nil:
			s[step] = nameOf(err)
		case workspace.Locked:
			s[step] = "locked"
		default:
			s[step] = "unlocked"
		}
	}
}

func (s steps) outcome(step string, err error) {
	s[step] = "done"
	if err != nil {
		s[step] = nameOf(err)
	}
}
