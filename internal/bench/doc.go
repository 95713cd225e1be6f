// Package bench is for people who change sessiondb: it measures the store and
// the purge against hand-written SQL that does the same work, on real servers.
// "make bench" runs it; docs/performance.md has figures and explains them.
//
// Every comparison is made within one run, by turns, and reported as "ratio":
// the speed of ours as a part of the speed of the hand-written form, so that a
// busy machine slows both. Nothing but tests is in here.
package bench
