package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/ocapn-go/ocapn/idl"
)

const watchDetails = `It looks at the files, at what they import and at new files in folders about three times a second,
and says what is wrong with them, or which Go files it has written. In folders it also says which
generated files have lost their source; it does not delete them. Ctrl-C ends it.`

// watchInterval is the time between two looks at the files.
const watchInterval = 300 * time.Millisecond

// runWatch generates code until it is interrupted.
func runWatch(e *env, args []string) int {
	w := &watcher{env: e}
	w.compiler.flags(e)
	args, code, done := e.parse(args)
	switch {
	case done:
		return code
	case len(args) == 0:
		return e.misuse("no files")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	w.args = args
	return w.run(ctx)
}

// watcher generates the code of sources when they change.
type watcher struct {
	*env
	compiler compiler
	args     []string // files and folders

	sources []string
	watched map[string]stamp // the files that the last run has looked for, and how they were before it
	broken  bool             // the last run has found something wrong
	said    string           // what it was
	orphans []string         // what has been said of generated files whose source is gone
}

// stamp is how a file looks from outside. The zero stamp is that of a file that is not there.
type stamp struct {
	modified time.Time
	size     int64
}

// unknown is the stamp of a file that has been read without a look at it from outside before.
var unknown = stamp{size: -1}

// stampOf looks at a file from outside.
func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime(), info.Size()}
}

// run looks at the files until the context ends, and returns the exit code.
func (w *watcher) run(ctx context.Context) int {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	fmt.Fprintln(w.stdout, "watching; Ctrl-C ends it")
	w.look(true)
	for {
		select {
		case <-ctx.Done():
			return exitOK
		case <-tick.C:
			w.look(false)
		}
	}
}

// look generates code if the files have changed since the last time. What a file looks like is noted before it is read, so that a
// change while it is being read is seen the next time; a file that is read for the first time is looked at once more.
func (w *watcher) look(first bool) {
	sources, err := expand(w.args)
	changed, uncertain := first || !slices.Equal(sources, w.sources), false
	stamps := map[string]stamp{}
	for path, was := range w.watched {
		is := stampOf(path)
		stamps[path] = is
		uncertain = uncertain || was == unknown
		changed = changed || was != unknown && was != is
	}
	if !changed && !uncertain {
		return
	}
	w.sources, w.watched = sources, map[string]stamp{}
	w.compiler.loader.OnRead = func(name string, _ []byte, _ error) {
		path := filepath.FromSlash(name)
		if _, looked := stamps[path]; !looked {
			stamps[path] = unknown
		}
		w.watched[path] = stamps[path]
	}
	w.compiler.loader.packages = goPackages{} // a module may have been added
	w.generate(err, changed)
}

// generate generates code and says what comes of it: always if something has changed, otherwise if it is news.
func (w *watcher) generate(err error, changed bool) {
	var files []output
	var errs []idl.Error
	var written []string
	if err == nil {
		files, errs, err = w.compiler.compile(w.sources)
	}
	if err == nil && len(errs) == 0 {
		written, err = w.compiler.write(files)
	}
	said := fmt.Sprint(errs, err)
	if changed || said != w.said {
		switch {
		case err != nil:
			w.fail(err)
		case len(errs) > 0:
			w.report(errs)
		case w.broken:
			fmt.Fprintln(w.stdout, "nothing is wrong any more")
		}
	}
	w.said, w.broken = said, err != nil || len(errs) > 0
	for _, path := range written {
		fmt.Fprintln(w.stdout, "wrote", filepath.ToSlash(path))
	}
	_, noSource := errors.AsType[*noSourceError](err)
	if changed && len(errs) == 0 && (err == nil || noSource && len(w.sources) == 0) {
		w.findOrphans(files)
	}
}

// findOrphans says which generated files have lost their source, unless it has said so the last time.
func (w *watcher) findOrphans(files []output) {
	found, err := w.compiler.orphans(w.args, files)
	if err != nil {
		w.fail(err)
		return
	}
	var texts []string
	for _, orphan := range found {
		text := orphan.orphanText()
		if !slices.Contains(w.orphans, text) {
			fmt.Fprintln(w.stderr, text)
		}
		texts = append(texts, text)
	}
	w.orphans = texts
}
