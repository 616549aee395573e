package main

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/go-tfe"
)

const lookAgain = 100 * time.Millisecond

// session is one chapter's client, in an organization of the chapter's own.
type session struct {
	*tfe.Client
	directory    string
	organization string
}

func (s *session) createOrganization(ctx context.Context) error {
	_, err := s.Organizations.Create(ctx, tfe.OrganizationCreateOptions{
		Name:  &s.organization,
		Email: tfe.String(s.organization + "@example.com"),
	})
	return err
}

func (s *session) createWorkspace(ctx context.Context, name string) (*tfe.Workspace, error) {
	return s.Workspaces.Create(ctx, s.organization, tfe.WorkspaceCreateOptions{Name: &name})
}

// workspaceAlone makes the chapter's organization and one workspace in it.
func (s *session) workspaceAlone(ctx context.Context) (*tfe.Workspace, error) {
	if err := s.createOrganization(ctx); err != nil {
		return nil, err
	}
	return s.createWorkspace(ctx, "network")
}

// upload packs the directory as the terraform CLI does, and returns when TFE has taken it.
func (s *session) upload(ctx context.Context, workspaceID string) (*tfe.ConfigurationVersion, error) {
	version, err := s.ConfigurationVersions.Create(ctx, workspaceID, tfe.ConfigurationVersionCreateOptions{
		AutoQueueRuns: tfe.Bool(false),
	})
	if err != nil {
		return nil, err
	}
	if err := s.ConfigurationVersions.Upload(ctx, version.UploadURL, s.directory); err != nil {
		return nil, err
	}
	return version, until(ctx, "the configuration is uploaded", func() (bool, error) {
		version, err = s.ConfigurationVersions.Read(ctx, version.ID)
		return err == nil && version.Status == tfe.ConfigurationUploaded, err
	})
}

func (s *session) reaches(ctx context.Context, runID string, status tfe.RunStatus) error {
	return until(ctx, fmt.Sprintf("%s is %s", runID, status), func() (bool, error) {
		run, err := s.Runs.Read(ctx, runID)
		return err == nil && run.Status == status, err
	})
}

func (s *session) confirmable(ctx context.Context, runID string) error {
	return until(ctx, runID+" needs confirmation", func() (bool, error) {
		run, err := s.Runs.Read(ctx, runID)
		return err == nil && run.Actions.IsConfirmable, err
	})
}

// until asks again and again; what completes the sentence "waited in vain until ...".
func until(ctx context.Context, what string, look func() (bool, error)) error {
	for {
		done, err := look()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited in vain until %s", what)
		case <-time.After(lookAgain):
		}
	}
}
