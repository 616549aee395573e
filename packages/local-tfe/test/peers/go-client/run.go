package main

import (
	"context"
	"encoding/json"
	"io"

	"github.com/hashicorp/go-tfe"
)

type runSeen struct {
	APIVersion    string
	Uploaded      tfe.ConfigurationStatus
	PlanStatus    tfe.PlanStatus
	Plan          map[string]int
	PlanLog       string
	PlanDocument  map[string]any
	Actions       *tfe.RunActions
	ApplyStatus   tfe.ApplyStatus
	Apply         map[string]int
	ApplyLog      string
	Status        tfe.RunStatus
	AppliedAt     bool
	Comments      []string
	Events        []string
	Outputs       map[string]any
	StateSerial   int64
	StateOutputs  map[string]any
	DownloadBytes int
}

// runToItsOutputs goes from a directory to what it made: the way of every client.
func runToItsOutputs(ctx context.Context, s *session) (any, error) {
	seen := &runSeen{APIVersion: s.RemoteAPIVersion()}
	workspace, err := s.workspaceAlone(ctx)
	if err != nil {
		return nil, err
	}
	version, err := s.upload(ctx, workspace.ID)
	if err != nil {
		return nil, err
	}
	seen.Uploaded = version.Status
	run, err := s.Runs.Create(ctx, tfe.RunCreateOptions{
		Workspace:            workspace,
		ConfigurationVersion: version,
		Message:              tfe.String("from Go"),
	})
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context, *session, *tfe.Run, *runSeen) error{readPlan, apply, readState} {
		if err := step(ctx, s, run, seen); err != nil {
			return nil, err
		}
	}
	archive, err := s.ConfigurationVersions.Download(ctx, version.ID)
	seen.DownloadBytes = len(archive)
	return seen, err
}

// readPlan follows the log from before the plan has begun, as a person does who watches.
func readPlan(ctx context.Context, s *session, run *tfe.Run, seen *runSeen) error {
	log, err := s.Plans.Logs(ctx, run.Plan.ID)
	if err != nil {
		return err
	}
	if seen.PlanLog, err = all(log); err != nil {
		return err
	}
	if err := s.confirmable(ctx, run.ID); err != nil {
		return err
	}
	plan, err := s.Plans.Read(ctx, run.Plan.ID)
	if err != nil {
		return err
	}
	seen.PlanStatus = plan.Status
	seen.Plan = map[string]int{
		"additions": plan.ResourceAdditions, "changes": plan.ResourceChanges, "destructions": plan.ResourceDestructions,
	}
	document, err := s.Plans.ReadJSONOutput(ctx, run.Plan.ID)
	if err != nil {
		return err
	}
	return json.Unmarshal(document, &seen.PlanDocument)
}

func apply(ctx context.Context, s *session, run *tfe.Run, seen *runSeen) error {
	planned, err := s.Runs.Read(ctx, run.ID)
	if err != nil {
		return err
	}
	seen.Actions = planned.Actions
	if err := s.Runs.Apply(ctx, run.ID, tfe.RunApplyOptions{Comment: tfe.String("looks good")}); err != nil {
		return err
	}
	log, err := s.Applies.Logs(ctx, run.Apply.ID)
	if err != nil {
		return err
	}
	if seen.ApplyLog, err = all(log); err != nil {
		return err
	}
	if err := s.reaches(ctx, run.ID, tfe.RunApplied); err != nil {
		return err
	}
	applied, err := s.Applies.Read(ctx, run.Apply.ID)
	if err != nil {
		return err
	}
	seen.ApplyStatus = applied.Status
	seen.Apply = map[string]int{
		"additions": applied.ResourceAdditions, "changes": applied.ResourceChanges, "destructions": applied.ResourceDestructions,
	}
	return nil
}

func readState(ctx context.Context, s *session, run *tfe.Run, seen *runSeen) error {
	ended, err := s.Runs.ReadWithOptions(ctx, run.ID, &tfe.RunReadOptions{Include: []tfe.RunIncludeOpt{tfe.RunWorkspace}})
	if err != nil {
		return err
	}
	seen.Status, seen.AppliedAt = ended.Status, !ended.StatusTimestamps.AppliedAt.IsZero()
	outputs, err := s.StateVersionOutputs.ReadCurrent(ctx, ended.Workspace.ID)
	if err != nil {
		return err
	}
	seen.Outputs = values(outputs)
	state, err := s.StateVersions.ReadCurrent(ctx, ended.Workspace.ID)
	if err != nil {
		return err
	}
	seen.StateSerial = state.Serial
	content, err := s.StateVersions.Download(ctx, state.DownloadURL)
	if err != nil {
		return err
	}
	var document struct {
		Outputs map[string]struct{ Value any }
	}
	if err := json.Unmarshal(content, &document); err != nil {
		return err
	}
	seen.StateOutputs = map[string]any{}
	for name, output := range document.Outputs {
		seen.StateOutputs[name] = output.Value
	}
	return readHistory(ctx, s, run.ID, seen)
}

func readHistory(ctx context.Context, s *session, runID string, seen *runSeen) error {
	comments, err := s.Comments.List(ctx, runID)
	if err != nil {
		return err
	}
	for _, comment := range comments.Items {
		seen.Comments = append(seen.Comments, comment.Body)
	}
	events, err := s.RunEvents.List(ctx, runID, &tfe.RunEventListOptions{Include: []tfe.RunEventIncludeOpt{tfe.RunEventActor}})
	if err != nil {
		return err
	}
	for _, event := range events.Items {
		seen.Events = append(seen.Events, event.Action)
	}
	return nil
}

func values(outputs *tfe.StateVersionOutputsList) map[string]any {
	found := map[string]any{}
	for _, output := range outputs.Items {
		found[output.Name] = output.Value
	}
	return found
}

func all(log io.Reader) (string, error) {
	text, err := io.ReadAll(log)
	return string(text), err
}
