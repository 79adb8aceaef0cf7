package core

import "testing"

func TestCharge(t *testing.T) {
	var sum Charge
	for _, bytes := range []int{0, 1, 64, 65, 16 << 20} {
		sum += ChargeOf(bytes)
	}
	if sum.Messages() != 5 || sum.Bytes() != 64+64+128+16<<20 {
		t.Errorf("%d messages, %d bytes", sum.Messages(), sum.Bytes())
	}
}

func TestLoadEnter(t *testing.T) {
	w := Window{Messages: 3, Bytes: 1024}
	for name, test := range map[string]struct {
		under, sent int // bytes
		more        int // messages that are under way, too
		prepare     func(*Load)
		waited      bool
		want        bool
	}{
		"alone":                    {sent: 100, want: true},
		"alone, longer":            {sent: 5000, want: true},
		"room":                     {under: 100, sent: 896, want: true},
		"too many bytes":           {under: 100, sent: 897},
		"too many messages":        {under: 10, more: 2, sent: 10},
		"the last message":         {under: 10, more: 1, sent: 10, want: true},
		"others wait":              {under: 10, sent: 10, prepare: func(l *Load) { l.Await(true) }},
		"alone, others wait":       {sent: 10, prepare: func(l *Load) { l.Await(true) }},
		"has waited":               {under: 10, sent: 10, prepare: func(l *Load) { l.Await(true) }, waited: true, want: true},
		"has waited, and no room":  {under: 100, sent: 897, prepare: func(l *Load) { l.Await(true) }, waited: true},
		"nobody waits any longer":  {under: 10, sent: 10, prepare: func(l *Load) { l.Await(true); l.Await(false) }, want: true},
		"over":                     {under: 5000, more: 9, sent: 5000, prepare: (*Load).Open, want: true},
		"over, and others waiting": {under: 5000, sent: 5000, prepare: func(l *Load) { l.Open(); l.Await(true) }, waited: true, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			var l Load
			var under Charge
			if test.under > 0 {
				under = ChargeOf(test.under)
			}
			for range test.more {
				under += ChargeOf(0)
			}
			l.Force(under)
			if test.prepare != nil {
				test.prepare(&l)
			}
			c := ChargeOf(test.sent)
			if got := l.Enter(w, c, test.waited); got != test.want {
				t.Errorf("Enter returns %v", got)
			}
			if test.want {
				under += c
			}
			if got := l.Charge(); got != under {
				t.Errorf("%d messages and %d bytes are under way", got.Messages(), got.Bytes())
			}
			awaited := test.waited || name == "others wait" || name == "alone, others wait"
			if got := l.Leave(under); got != awaited || l.Charge() != 0 {
				t.Errorf("Leave returns %v, %x is left", got, l.Charge())
			}
		})
	}
}
