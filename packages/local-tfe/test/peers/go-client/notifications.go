package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/hashicorp/go-tfe"
)

const signingKey = "shared-with-tfe"

type delivery struct {
	Trigger   string
	RunStatus string
	Workspace string
	Genuine   bool
	Forged    bool
}

// mailbox receives deliveries and checks what they are signed with.
type mailbox struct {
	mutex      sync.Mutex
	deliveries []delivery
}

func (m *mailbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var payload struct {
		WorkspaceName *string `json:"workspace_name"`
		Notifications []struct {
			Trigger   string  `json:"trigger"`
			RunStatus *string `json:"run_status"`
		} `json:"notifications"`
	}
	if err != nil || json.Unmarshal(body, &payload) != nil || len(payload.Notifications) != 1 {
		http.Error(w, "not a notification", http.StatusBadRequest)
		return
	}
	signature := r.Header.Get("X-TFE-Notification-Signature")
	one := payload.Notifications[0]
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.deliveries = append(m.deliveries, delivery{
		Trigger: one.Trigger, RunStatus: orEmpty(one.RunStatus), Workspace: orEmpty(payload.WorkspaceName),
		Genuine: isSigned(body, signature, signingKey), Forged: isSigned(body, signature, "another key"),
	})
}

func (m *mailbox) seen() []delivery {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return append([]delivery{}, m.deliveries...)
}

func isSigned(body []byte, signature, key string) bool {
	mac := hmac.New(sha512.New, []byte(key))
	mac.Write(body)
	given, err := hex.DecodeString(signature)
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// notifications subscribes to a workspace and hears of a run from its creation to its end.
func notifications(ctx context.Context, s *session) (any, error) {
	box := &mailbox{}
	server := httptest.NewServer(box)
	defer server.Close()
	workspace, err := s.workspaceAlone(ctx)
	if err != nil {
		return nil, err
	}
	created, err := s.NotificationConfigurations.Create(ctx, workspace.ID, tfe.NotificationConfigurationCreateOptions{
		Name: tfe.String("deploys"), Enabled: tfe.Bool(true), URL: &server.URL, Token: tfe.String(signingKey),
		DestinationType: tfe.NotificationDestination(tfe.NotificationDestinationTypeGeneric),
		Triggers: []tfe.NotificationTriggerType{tfe.NotificationTriggerCreated, tfe.NotificationTriggerPlanning,
			tfe.NotificationTriggerNeedsAttention, tfe.NotificationTriggerApplying, tfe.NotificationTriggerCompleted},
		SubscribableChoice: &tfe.NotificationConfigurationSubscribableChoice{Workspace: workspace},
	})
	if err != nil {
		return nil, err
	}
	seen := map[string]any{"token as returned": created.Token, "verification": len(box.seen())}
	if err := s.runOnce(ctx, workspace); err != nil {
		return nil, err
	}
	err = until(ctx, "the end of the run is delivered", func() (bool, error) {
		deliveries := box.seen()
		return deliveries[len(deliveries)-1].Trigger == string(tfe.NotificationTriggerCompleted), nil
	})
	if err != nil {
		return nil, err
	}
	seen["deliveries"] = box.seen()
	err = s.changeAndDelete(ctx, created.ID, seen)
	seen["last delivery"] = box.seen()[len(box.seen())-1]
	return seen, err
}

func (s *session) runOnce(ctx context.Context, workspace *tfe.Workspace) error {
	version, err := s.upload(ctx, workspace.ID)
	if err != nil {
		return err
	}
	run, err := s.Runs.Create(ctx, tfe.RunCreateOptions{Workspace: workspace, ConfigurationVersion: version})
	if err != nil {
		return err
	}
	if err := s.confirmable(ctx, run.ID); err != nil {
		return err
	}
	return s.Runs.Apply(ctx, run.ID, tfe.RunApplyOptions{})
}

func (s *session) changeAndDelete(ctx context.Context, id string, seen map[string]any) error {
	if _, err := s.NotificationConfigurations.Verify(ctx, id); err != nil {
		return err
	}
	changed, err := s.NotificationConfigurations.Update(ctx, id, tfe.NotificationConfigurationUpdateOptions{
		Enabled: tfe.Bool(false), Name: tfe.String("quiet"),
	})
	if err != nil {
		return err
	}
	seen["changed"] = map[string]any{"name": changed.Name, "enabled": changed.Enabled}
	if err := s.NotificationConfigurations.Delete(ctx, id); err != nil {
		return err
	}
	_, err = s.NotificationConfigurations.Read(ctx, id)
	seen["deleted"] = nameOf(err)
	return nil
}
