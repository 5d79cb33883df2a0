/**
 * Tools of Claude Code that write no file of a project, by what each was seen to do, or says of
 * itself, in 2.1.330 (Glob, Grep and LS in versions before it, and where that one has no shell).
 * Everything else may write: Bash, MCP servers, skills (which run commands as they load),
 * workflows, worktrees (which are checked out), and whatever a later version adds.
 */
export const READ_ONLY_TOOLS: ReadonlySet<string> = new Set([
  "AskUserQuestion",
  "BashOutput",
  "CronList",
  "EnterPlanMode",
  "ExitPlanMode",
  "Glob",
  "Grep",
  "KillShell",
  "LS",
  "ListAgents",
  "Read",
  "ReportFindings",
  "ScheduleWakeup",
  "StructuredOutput",
  "TaskCreate",
  "TaskGet",
  "TaskList",
  "TaskOutput",
  "TaskStop",
  "TaskUpdate",
  "TodoWrite",
  "ToolSearch",
  "WebFetch",
  "WebSearch",
]);
