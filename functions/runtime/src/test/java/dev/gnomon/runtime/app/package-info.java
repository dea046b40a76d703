/// A small application around the runtime: functions that behave as their event tells them to.
package dev.gnomon.runtime.app;
