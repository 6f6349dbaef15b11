/* SPDX-License-Identifier: Apache-2.0 */
/* The sets of programs that behaviours ask about, docs/detections 2.10: globs, without .exe. */
#include "windows/identities.h"

const struct paw_program_set paw_program_set_rows[] = {
    {PAW_SET_SHELL,
     "cmd|powershell|powershell_ise|pwsh|bash|wsl|sh|wt|windowsterminal|openconsole"},
    {PAW_SET_SCRIPT, "wscript|cscript|mshta"},
    {PAW_SET_XFER, "curl|certutil|certreq|bitsadmin|ftp|sftp|scp|ssh|finger|wget|esentutl|"
                   "desktopimgdownldr"},
    {PAW_SET_RECON, "whoami|net|net1|nltest|ipconfig|systeminfo|tasklist|quser|qwinsta|query|"
                    "hostname|arp|route|netstat|nbtstat|nslookup|tracert|getmac|klist|setspn|"
                    "cmdkey|gpresult|dsquery|dsget|csvde|ldifde|driverquery|wmic"},
    {PAW_SET_PERSIST, "schtasks|reg|sc|at|regini|wevtutil|vssadmin|bcdedit|wbadmin|netsh"},
    {PAW_SET_COMPILE, "csc|vbc|jsc|msbuild|cvtres|ilasm|aspnet_compiler"},
    {PAW_SET_INTERP, "python*|node|perl|java|javaw|autoit3*"},
    {PAW_SET_OFFICE, "winword|excel|powerpnt|outlook|msaccess|mspub|onenote|onenotem|visio|winproj|"
                     "eqnedt32|fltldr|graph|wordpad|wordview"},
    {PAW_SET_READER, "acrord32|acrobat|foxitreader|foxitpdfreader|foxitphantompdf|sumatrapdf"},
    {PAW_SET_BROWSER, "chrome|msedge|firefox|brave|opera|vivaldi|iexplore"},
    {PAW_SET_ARCHIVER, "winrar|7zfm|7zg|7z|bandizip|peazip|explorer"},
    {PAW_SET_WEBSRV, "w3wp|httpd|nginx|tomcat*|php-cgi|sqlservr|sqlagent|umworkerprocess|"
                     "wsusservice|ws_tomcatservice"},
    {PAW_SET_WMI, "wmiprvse|scrcons"},
    {PAW_SET_BROKER, "svchost|dllhost"},
    {PAW_SET_TASKHOST, "svchost|taskeng|taskhostw"},
    {PAW_SET_SVC, "services"},
    {PAW_SET_RMM, "screenconnect.*|teamviewer*|anydesk|ateraagent|ninjarmmagent|logmein*|"
                  "splashtopstreamer|meshagent|action1*|pdq*runner*|ccmexec|intunewindowsagent"},
    {PAW_SET_INSTALLERPARENT, "msiexec|setup*|*setup|install*|glb*.tmp|_is*|ninite|choco|winget|"
                              "dpinst*|drvinst|trustedinstaller|tiworker|officeclicktorun|"
                              "integrator|is-*.tmp"},
    {PAW_SET_PROTECTED,
     "lsass|winlogon|csrss|services|wininit|smss|msmpeng|mssense|sensendr|nissrv|"
     "csfalconservice|csfalconcontainer|sentinelagent|sentinelservicehost|"
     "cb|cbdefense|repmgr|cylancesvc|savservice|sophos*|ekrn|avp|bdagent|"
     "vsserv|ccsvchst|mcshield|mfemms|xagt|elastic-endpoint|cyserver|sysmon|"
     "sysmon64|ntrtscan|tmlisten|coreserviceshell"},
    {PAW_SET_COMMONNAME,
     "update|setup|change|query|reset|write|print|expand|replace|link|te|remote|"
     "logger|tracker|tar|bash|code"},
};

const size_t paw_n_program_sets = PAW_COUNT_OF(paw_program_set_rows);
