// Package goldentest runs the generated code of the sample project on SQLite; it is for the plugin's tests only. It stands
// beside the golden packages, not in them, because they are deleted and written anew.
package goldentest
