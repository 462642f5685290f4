// Names that a real console's shell knows and this one does not serve: they answer as on a console that lacks them, and say so.
// Not here: the commands that are modelled (operations/command-table.ts) and the shell's words (shell/built-ins.ts, shell/programs/).

/** Console commands of V7R7 and of later levels (IBM manual pages, public clients). */
export const consoleCommands = [
  'bkconsdata', 'chhmcauthkeys', 'chhmccert', 'chhmcencr', 'chhmcfs', 'chhmcldap',
  'chlparstate', 'chproxy', 'chpsm', 'chsacfg',
  'chtskey', 'chusrtca', 'chvet', 'cpdump', 'dump', 'cpsysplan', 'defsysplanres',
  'deploysysplan', 'diagrmc', 'getupgfiles', 'hmcwin', 'installios',
  'lscodpool', 'lshmccert', 'lshmcencr',
  'lshmcfs', 'lshmcldap', 'lshsc', 'lsmediadev',
  'lsmemdev', 'lsprofspace', 'lsproxy', 'lspsm', 'lsrrstartlpar',
  'lssacfg', 'lssysplan', 'lssyspwd', 'lstskey', 'lsupgfiles', 'lsusrtca', 'lsvet', 'lsviosbk',
  'lsviosimg', 'lsvmi', 'migrcfg', 'migrdbg', 'migrlpar', 'mksvcevent',
  'mksysplan', 'mkviosbk', 'pedbg', 'pesh', 'refdev',
  'rmfile', 'rmsysplan', 'rmviosbk', 'rmviosimg',
  'rnvi', 'rrstartlpar', 'rstupgdata', 'rstviosbk', 'runlpcmd', 'saveupgdata', 'sendfile', 'showLogs',
  'termtask', 'updhmc', 'updvios', 'upgrvios', 'vtmenu',
]

/** Programs and built-in words of the restricted shell that scripts use. */
const shellWords = [
  '.', 'alias', 'bash', 'clear', 'cp', 'declare', 'df', 'eval', 'exec', 'getopts', 'history', 'host', 'id', 'kill', 'let', 'local', 'ls',
  'man', 'more', 'mount', 'netstat', 'ping', 'printenv', 'ps', 'pwd', 'readonly', 'return', 'rm', 'scp', 'set', 'sftp', 'shift', 'source',
  'ssh', 'ssh-keygen', 'su', 'tee', 'top', 'touch', 'trap', 'traceroute', 'type', 'typeset', 'ulimit', 'umask', 'umount', 'unalias',
  'uptime', 'vi', 'w', 'wait', 'who',
]

const names: ReadonlySet<string> = new Set([...consoleCommands, ...shellWords])

/** Whether a real console would have run this word as a command. */
export function isRealCommand(word: string): boolean {
  return names.has(word)
}
