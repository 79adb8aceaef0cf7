package onion

import (
	"context"
	"fmt"
)

// A tor is one that runs, with the onion service in it.
//
// The life of a tor:
//
//  1. start makes one, or fails and leaves nothing behind.
//  2. watch waits until it is gone, or has been told to end.
//  3. finish ends what is left of it.
type tor struct {
	// Immutable after start.
	control *controlPort
	process *torProcess // nil when it is somebody else's
	socks   endpoint
}

// start starts a tor or attaches to one, and waits until the onion service is published, or ctx ends. The error is a *StartError.
func start(ctx context.Context, opts Options, target string) (*tor, error) {
	r := newReporter(opts.Progress)
	defer r.stop()
	r.report(Progress{Stage: StageStarting, Summary: "starting"})
	t := &tor{}
	err := t.begin(ctx, opts, target, r)
	if err == nil {
		r.report(Progress{Stage: StageReady, Percent: 100, Summary: "ready"})
		return t, nil
	}
	failed := &StartError{Progress: r.stop(), Err: err}
	t.finish(false)
	if t.process != nil {
		failed.Output = t.process.output.last() // all of it, now that it has ended
	}
	return nil, failed
}

// begin is start, and leaves what it has begun to its caller.
func (t *tor) begin(ctx context.Context, opts Options, target string, r *reporter) (err error) {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	address := parseEndpoint(opts.ControlAddr)
	if opts.ControlAddr == "" {
		if t.process, err = startTor(opts); err != nil {
			return err
		}
		r.listen(t.process.output)
		if address, err = t.process.control(ctx); err != nil {
			return err
		}
	}
	c, err := address.dial(ctx)
	if err != nil {
		return fmt.Errorf("control port: %w", err)
	}
	t.control = newControlPort(c)
	stop := t.control.boundedBy(ctx)
	err = t.converse(opts, target, r)
	switch {
	case !stop():
		return context.Cause(ctx)
	case err != nil && t.process != nil && t.process.endsNow():
		return fmt.Errorf("%w: %w", ErrGone, t.process.exit())
	case isLost(err):
		return fmt.Errorf("%w: control port: %w", ErrGone, err)
	default:
		return err
	}
}

// converse says at the control port all that there is to say.
func (t *tor) converse(opts Options, target string, r *reporter) (err error) {
	if err := t.control.authenticate(opts.ControlPassword); err != nil {
		return err
	}
	if t.process != nil {
		if err := t.control.own(); err != nil {
			return err
		}
	}
	if err := t.control.subscribe(); err != nil {
		return err
	}
	if err := t.control.bootstrapped(r); err != nil {
		return err
	}
	if t.socks = parseEndpoint(opts.SocksAddr); opts.SocksAddr == "" {
		if t.socks, err = t.control.socks(); err != nil {
			return err
		}
	}
	if !opts.DialOnly {
		r.report(Progress{Stage: StagePublishing, Percent: 100, Summary: "publishing the onion service"})
		if err := t.control.serve(opts.Key, target); err != nil {
			return err
		}
		if err := t.control.published(Designator(publicKey(opts.Key))); err != nil {
			return err
		}
	}
	return t.control.unsubscribe()
}

// watch waits until the tor is gone, and returns why.
func (t *tor) watch() error {
	for {
		if _, _, err := t.control.event(); err != nil {
			return err
		}
	}
}

// end makes watch return. Any goroutine may call it.
func (t *tor) end() { t.control.close() }

// finish waits for the end of the process, if there is one. It is killed when it has not been told to end, or does not.
func (t *tor) finish(told bool) {
	if t.control != nil {
		t.control.close()
	}
	if t.process != nil {
		t.process.end(told)
	}
}

// reason says why the tor is gone, once finish has returned: how its process ended, or else what watch has returned.
func (t *tor) reason(watched error) error {
	if t.process != nil {
		return fmt.Errorf("%w: %w", ErrGone, t.process.exit())
	}
	return fmt.Errorf("%w: control port: %w", ErrGone, watched)
}
