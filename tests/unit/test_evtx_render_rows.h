/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of test_evtx_render.c: log, as XML, a text that it must hold. */
{"plain", false,
 "{\"source\":\"a\\\"b.evtx\",\"offset\":\"4608\",\"state\":\"intact\",\"record_id\":\"1\","
 "\"Event\":{"},
    {"plain", true,
     "<?catspaw source='a&quot;b.evtx' offset='4608' state='intact' record_id='1'?>\n<Event "},
    {"plain", true, "<Correlation/><Execution ProcessID='2344' ThreadID='3120'/>"},
    {"plain", false, "\"Correlation\":null,\"Execution\":{\"ProcessID\":2344,\"ThreadID\":3120}"},
    /* every type */
    {"all-values", false,
     "\"type00\":null,\"type01\":\"text \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x90\xBE\","
     "\"type02\":\"ansi \xC3\xA4 \xE2\x82\xAC\",\"type03\":-15,\"type04\":241,\"type05\":-3343,"
     "\"type06\":62193,\"type07\":-185339151,\"type08\":4109628145,"
     "\"type09\":\"-506664896818842895\",\"type0a\":\"17940079176890708721\",\"type0b\":1.5,"
     "\"type0c\":-1.5,\"type0d\":true,\"type0e\":\"F1F2F3F4F5\","
     "\"type0f\":\"{F4F3F2F1-F6F5-F8F7-0102-030405060708}\",\"type10\":\"0xf8f7f6f5f4f3f2f1\","
     "\"type11\":\"2026-03-02T09:00:00.1234567Z\",\"type12\":\"2026-03-02T09:30:15.500Z\","
     "\"type13\":\"S-1-5-21-1004336348-1177238915-682003330-512\",\"type14\":\"0xf4f3f2f1\","
     "\"type15\":\"0xf8f7f6f5f4f3f2f1\",\"type10short\":\"0xf4f3f2f1\"}}}\n"},
    {"all-values", true,
     "<Data Name='type00'></Data><Data Name='type01'>text \xC3\xA4 \xE2\x82\xAC "
     "\xF0\x9F\x90\xBE</Data>"
     "<Data Name='type02'>ansi \xC3\xA4 \xE2\x82\xAC</Data><Data Name='type03'>-15</Data>"},
    /* arrays */
    {"all-arrays", false,
     "\"array01\":[\"one\",\"two\"],\"array02\":[\"one\",\"two\"],\"array03\":[-15,-15],"
     "\"array04\":[241,241],\"array05\":[-3343,-3343],\"array06\":[62193,62193],"
     "\"array07\":[-185339151,-185339151],\"array08\":[4109628145,4109628145],"
     "\"array09\":[\"-506664896818842895\",\"-506664896818842895\"],"},
    {"all-arrays", true,
     "<Data Name='array01'>one</Data><Data Name='array01'>two</Data><Data "
     "Name='array02'>one</Data>"},
    /* tokens that no real log has */
    {"all-tokens", false,
     "\"EventData\":{\"@Name\":\"in & pieces \xE2\x82\xAC\",\"@Other\":\"two\",\"?catspaw\":\"an "
     "instruction\",\"Entities\":\"a "
     "<>&\\\"'\",\"Character\":\"A\xE2\x82\xAC\",\"Section\":\"before "
     "<not & markup> after\",\"Empty\":null}}}\n"},
    {"all-tokens", true,
     "<EventData Name='in &amp; pieces \xE2\x82\xAC' Other='two'><?_x0063_atspaw an "
     "instruction?><Data "
     "Name='Entities'>a &lt;&gt;&amp;\"'</Data><Data Name='Character'>A\xE2\x82\xAC</Data><Data "
     "Name='Section'>before &lt;not &amp; markup&gt; after</Data><Empty/></EventData></Event>\n"},
    {"all-tokens", false,
     "\"state\":\"damaged\",\"record_id\":\"3\",\"record_id_from\":\"header\",\"damage\":\"holds "
     "no event\","},
    /* what somebody would have us print */
    {"hostile-text", false, "\"SubjectUserName\":\"\\u001b]0;title\\u0007\\u001b[31mred\""},
    {"hostile-text", true,
     "<Data Name='SubjectUserName'>_x001B_]0;title_x0007__x001B_[31mred</Data>"},
    {"hostile-text", false, "\"SubjectUserName\":\"a\\u0000b\""},
    {"hostile-text", true, "<Data Name='SubjectUserName'>a_x0000_b</Data>"},
    {"hostile-text", true, "&lt;/Data&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"},
    {"hostile-text", false, "\"lone \\ud800 surrogate\""},
    {"hostile-text", true, ">lone _xD800_ surrogate<"},
    {"hostile-text", false, "\"bidi \\u202etxt.exe\""},
    {"hostile-text", true, ">bidi &#x202E;txt.exe<"}, {"hostile-text", true, ">_xFFFE__xFFFF_<"},
    {"hostile-text", false, "\"line\\r\\nbreak\\ttab\""},
    {"hostile-text", true, ">line&#xD;\nbreak\ttab<"},
    /* numbers of System are numbers where a forwarded event has text */
    {"forwarded", false, "\"EventID\":1,\"Version\":5,\"Level\":4,"},
    {"forwarded", false, "\"Execution\":{\"ProcessID\":2344,\"ThreadID\":3120}"},
    {"forwarded", false, "\"RenderingInfo\":{\"@Culture\":\"en-US\",\"Message\":\"Forwarded.\"}"},
    {"exported", false, "\"EventRecordID\":\""},
    {"torn", false,
     "\"state\":\"damaged\",\"record_id\":\"6\",\"damage\":\"torn; read as far as it goes\""},
    {"slack", false, "\"state\":\"recovered\""},
    {"wide-system", false, "\"SessionID\":1,\"ProcessorID\":3,\"KernelTime\":15,\"UserTime\":31}"},
