/**
 * Deliveries of other people's senders, in forms of their documentation with names of our own. `sender` names the row
 * in the documentation's table of what is understood.
 */
export interface SenderCase {
  readonly sender: string;
  readonly form: string;
  readonly body: unknown;
  readonly want: {
    readonly title: RegExp;
    readonly service?: string;
    readonly severity?: string;
    readonly status?: "firing" | "resolved" | "none";
    readonly starts?: string;
    readonly truncated?: number;
    readonly alerts?: number;
  };
}

const STARTS = "2026-11-28T10:50:00Z";
const ZERO = "0001-01-01T00:00:00Z";

const sent = (labels: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  status: "firing",
  labels,
  annotations: { summary: "Stock level cannot be read" },
  startsAt: STARTS,
  endsAt: ZERO,
  generatorURL: "http://prom.example/graph?g0.expr=x",
  fingerprint: "0123456789abcdef",
  ...more,
});
const STOCK = { alertname: "StockUnreadable", service: "stock", severity: "critical" };
const group = (alerts: unknown[], more: Record<string, unknown> = {}) => ({
  receiver: "agent",
  status: "firing",
  alerts,
  groupLabels: { alertname: "StockUnreadable" },
  commonLabels: STOCK,
  commonAnnotations: {},
  externalURL: "http://am.example",
  version: "4",
  groupKey: '{}:{alertname="StockUnreadable"}',
  truncatedAlerts: 0,
  ...more,
});
const without = (value: object, ...names: string[]) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
const grafana = (alert: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  group([{
    ...alert,
    silenceURL: "https://g.example/s",
    dashboardURL: "",
    panelURL: "",
    valueString: "",
    values: null,
  }], {
    version: "1",
    orgId: 1,
    title: "[FIRING:1] StockUnreadable",
    state: "alerting",
    message: "**Firing**",
    ...more,
  });
const want = {
  title: /^StockUnreadable: Stock level cannot be read/,
  service: "stock",
  severity: "critical",
  starts: STARTS,
};

const alertmanager: SenderCase[] = [
  { form: "version 4", body: group([sent(STOCK)]), want },
  {
    form: "0.18, without fingerprint and truncatedAlerts",
    body: without(group([without(sent(STOCK), "fingerprint")]), "truncatedAlerts"),
    want,
  },
  {
    form: "0.28, with fields to come",
    body: group([sent(STOCK)], { notification_reason: "new", routeLabels: { a: "b" } }),
    want,
  },
  { form: "max_alerts", body: group([sent(STOCK)], { truncatedAlerts: 41 }), want: { ...want, truncated: 41 } },
  { form: "version as a number", body: group([sent(STOCK)], { version: 4 }), want },
  {
    form: "null and numbers in labels and annotations",
    body: group([
      sent({ ...STOCK, shard: 7, canary: true, zone: null }, {
        annotations: { summary: "Stock level cannot be read", value: 5.2, dashboard: null },
      }),
    ]),
    want,
  },
  {
    form: "null annotations",
    body: group([sent(STOCK, { annotations: null })]),
    want: { ...want, title: /^StockUnreadable/ },
  },
  {
    form: "no group key",
    body: without(group([sent(STOCK)]), "groupKey", "groupLabels", "receiver", "externalURL"),
    want,
  },
  {
    form: "a start of zero",
    body: group([sent(STOCK, { startsAt: ZERO })]),
    want: without(want, "starts") as typeof want,
  },
  { form: "a start with an offset", body: group([sent(STOCK, { startsAt: "2026-11-28T12:50:00+02:00" })]), want },
  {
    form: "a start in seconds",
    body: group([sent(STOCK, { startsAt: 1795863000 })]),
    want: { ...want, starts: "2026-11-28T10:50:00.000Z" },
  },
  {
    form: "a start that is no time",
    body: group([sent(STOCK, { startsAt: "yesterday" })]),
    want: without(want, "starts") as typeof want,
  },
  { form: "fingerprint of another length", body: group([sent(STOCK, { fingerprint: "xyz" })]), want },
  {
    form: "alerts missing",
    body: without(group([]), "alerts"),
    want: { ...want, title: /^StockUnreadable/, starts: "" } as never,
  },
  {
    form: "status in capitals",
    body: group([sent(STOCK, { status: "RESOLVED", endsAt: "2026-11-28T11:00:00Z" })]),
    want: { ...want, status: "resolved" as const },
  },
  { form: "the list that its API takes", body: [without(sent(STOCK), "status", "fingerprint")], want },
  { form: "truncatedAlerts null", body: group([sent(STOCK)], { truncatedAlerts: null }), want },
  { form: "a byte order mark", body: `\ufeff${JSON.stringify(group([sent(STOCK)]))}`, want },
  { form: "JSON inside a JSON text", body: JSON.stringify(JSON.stringify(group([sent(STOCK)]))), want },
  { form: "a form's field payload", body: `payload=${encodeURIComponent(JSON.stringify(group([sent(STOCK)])))}`, want },
].map((one) => ({ sender: "Alertmanager", ...one }));

const others: SenderCase[] = [
  { sender: "Grafana", form: "version 1", body: grafana(sent(STOCK)), want },
  {
    sender: "Grafana",
    form: "no data",
    body: grafana(
      sent({ alertname: "DatasourceNoData", rulename: "StockUnreadable", datasource_uid: "p1", ref_id: "A" }, {
        annotations: {},
      }),
    ),
    want: { title: /^StockUnreadable \(DatasourceNoData: no data\)/ },
  },
  {
    sender: "Grafana",
    form: "the query fails",
    body: grafana(
      sent({ alertname: "DatasourceError", rulename: "StockUnreadable", datasource_uid: "p1" }, {
        annotations: { Error: "failed to build query A: no such host" },
      }),
    ),
    want: { title: /^StockUnreadable \(DatasourceError: its query fails\): error: failed to build query/ },
  },
  {
    sender: "Grafana",
    form: "test button",
    body: grafana(
      sent({ alertname: "TestAlert", instance: "Grafana" }, { annotations: { summary: "Notification test" } }),
      { receiver: "", groupKey: "test-1" },
    ),
    want: { title: /^TestAlert: Notification test/ },
  },
  {
    sender: "Grafana",
    form: "no words but the whole's title",
    body: grafana(sent({ grafana_folder: "Shop" }, { annotations: {} })),
    want: { title: /\[FIRING:1\] StockUnreadable/ },
  },
  {
    sender: "Grafana before version 9",
    form: "webhook",
    body: {
      title: "[Alerting] Stock",
      ruleId: 4,
      ruleName: "Stock unreadable",
      state: "alerting",
      message: "cannot be read",
      ruleUrl: "https://g.example/d/1",
      evalMatches: [{ value: 1, metric: "x", tags: { shard: "7" } }],
    },
    want: { title: /^Stock unreadable: cannot be read/, status: "firing" },
  },
  {
    sender: "Grafana before version 9",
    form: "ok again",
    body: { ruleId: 4, ruleName: "Stock unreadable", state: "ok", title: "[OK]" },
    want: { title: /^Stock unreadable/, status: "resolved" },
  },
  {
    sender: "vmalert",
    form: "through Alertmanager",
    body: group([
      sent({ ...STOCK, alertgroup: "stock" }, {
        generatorURL: "http://vm.example/vmalert/alert?group_id=1&alert_id=2",
      }),
    ]),
    want,
  },
  {
    sender: "vmalert",
    form: "the list that its notifier sends",
    body: [without(sent({ ...STOCK, alertgroup: "stock" }), "status")],
    want,
  },
  {
    sender: "Mimir",
    form: "its Alertmanager",
    body: group([sent({ ...STOCK, __tenant_id__: "a" })], { externalURL: "http://mimir.example/alertmanager" }),
    want,
  },
  {
    sender: "PagerDuty Events v2",
    form: "trigger",
    body: {
      routing_key: "x",
      event_action: "trigger",
      dedup_key: "stock/1",
      payload: {
        summary: "Stock level cannot be read",
        source: "db-3",
        severity: "error",
        component: "stock",
        timestamp: STARTS,
        custom_details: { shard: 7 },
      },
    },
    want: { title: /Stock level cannot be read/, service: "stock", severity: "high" },
  },
  {
    sender: "PagerDuty Events v2",
    form: "resolve",
    body: { event_action: "resolve", dedup_key: "stock/1" },
    want: { title: /stock\/1/, status: "resolved" },
  },
  {
    sender: "PagerDuty Events v2",
    form: "acknowledge",
    body: { event_action: "acknowledge", dedup_key: "stock/1" },
    want: { title: /./, status: "none" },
  },
  {
    sender: "PagerDuty webhook v3",
    form: "incident.triggered",
    body: {
      event: {
        event_type: "incident.triggered",
        data: {
          id: "Q1",
          type: "incident",
          title: "Stock unreadable",
          urgency: "high",
          status: "triggered",
          created_at: STARTS,
          service: { summary: "stock" },
          html_url: "https://p.example/i/Q1",
        },
      },
    },
    want: { title: /^Stock unreadable/, service: "stock", severity: "high", status: "firing" },
  },
  {
    sender: "PagerDuty webhook v3",
    form: "incident.resolved",
    body: {
      event: {
        event_type: "incident.resolved",
        data: { id: "Q1", title: "Stock unreadable", service: { summary: "stock" } },
      },
    },
    want: { title: /Stock/, status: "resolved" },
  },
  {
    sender: "PagerDuty webhook v3",
    form: "incident.acknowledged",
    body: { event: { event_type: "incident.acknowledged", data: { id: "Q1", title: "Stock" } } },
    want: { title: /./, status: "none" },
  },
  {
    sender: "Opsgenie",
    form: "Create",
    body: {
      action: "Create",
      alert: {
        alertId: "a1",
        message: "Stock unreadable",
        priority: "P2",
        entity: "stock",
        description: "cannot be read",
      },
    },
    want: { title: /^Stock unreadable/, service: "stock", severity: "high", status: "firing" },
  },
  {
    sender: "Opsgenie",
    form: "Close",
    body: { action: "Close", alert: { alertId: "a1", message: "Stock unreadable" } },
    want: { title: /./, status: "resolved" },
  },
  {
    sender: "Amazon CloudWatch through SNS",
    form: "ALARM",
    body: {
      Type: "Notification",
      MessageId: "1",
      Subject: "ALARM",
      Message: JSON.stringify({
        AlarmName: "stock-5xx",
        AlarmDescription: "Stock fails",
        NewStateValue: "ALARM",
        NewStateReason: "Threshold crossed",
        StateChangeTime: "2026-11-28T10:50:00.000+0000",
        Trigger: { Namespace: "AWS/ECS", Dimensions: [{ name: "Service", value: "stock" }] },
      }),
    },
    want: { title: /^stock-5xx: Stock fails/, service: "stock", status: "firing" },
  },
  {
    sender: "Amazon CloudWatch through SNS",
    form: "OK",
    body: { Type: "Notification", Message: JSON.stringify({ AlarmName: "stock-5xx", NewStateValue: "OK" }) },
    want: { title: /stock-5xx/, status: "resolved" },
  },
  {
    sender: "Amazon EventBridge",
    form: "alarm state change",
    body: {
      "detail-type": "CloudWatch Alarm State Change",
      time: STARTS,
      resources: ["arn:1"],
      detail: { alarmName: "stock-5xx", state: { value: "ALARM", reason: "Threshold crossed" } },
    },
    want: { title: /^stock-5xx: Threshold crossed/, status: "firing" },
  },
  {
    sender: "Azure Monitor",
    form: "common alert schema",
    body: {
      schemaId: "azureMonitorCommonAlertSchema",
      data: {
        essentials: {
          alertId: "/s/1",
          alertRule: "stock-errors",
          severity: "Sev1",
          monitorCondition: "Fired",
          description: "Stock fails",
          configurationItems: ["stock-vm"],
          firedDateTime: STARTS,
        },
      },
    },
    want: { title: /^stock-errors: Stock fails/, severity: "critical", service: "stock-vm", status: "firing" },
  },
  {
    sender: "Azure Monitor",
    form: "resolved",
    body: { data: { essentials: { alertId: "/s/1", alertRule: "stock-errors", monitorCondition: "Resolved" } } },
    want: { title: /stock-errors/, status: "resolved" },
  },
  {
    sender: "Google Cloud Monitoring",
    form: "open",
    body: {
      version: "1.2",
      incident: {
        incident_id: "0.x",
        policy_name: "Stock errors",
        summary: "Stock fails",
        state: "open",
        started_at: 1795863000,
        ended_at: null,
        severity: "Critical",
        url: "https://c.example",
        resource: { labels: { service_name: "stock" } },
      },
    },
    want: { title: /^Stock errors: Stock fails/, service: "stock", severity: "critical", status: "firing" },
  },
  {
    sender: "Google Cloud Monitoring",
    form: "closed",
    body: { incident: { incident_id: "0.x", policy_name: "Stock errors", state: "closed" } },
    want: { title: /./, status: "resolved" },
  },
  {
    sender: "Uptime Kuma",
    form: "down",
    body: {
      heartbeat: { status: 0, msg: "timeout", time: "2026-11-28 10:50:00.123" },
      monitor: { id: 3, name: "Shop", url: "https://shop.example" },
      msg: "[Shop] [Down] timeout",
    },
    want: { title: /^Shop: \[Shop\] \[Down\] timeout/, service: "Shop", severity: "critical", status: "firing" },
  },
  {
    sender: "Uptime Kuma",
    form: "up",
    body: { heartbeat: { status: 1, msg: "200" }, monitor: { id: 3, name: "Shop" }, msg: "[Shop] [Up]" },
    want: { title: /Shop/, status: "resolved" },
  },
  {
    sender: "Uptime Kuma",
    form: "pending",
    body: { heartbeat: { status: 2 }, monitor: { id: 3, name: "Shop" } },
    want: { title: /./, status: "none" },
  },
  {
    sender: "Pingdom",
    form: "DOWN",
    body: {
      check_id: 9,
      check_name: "Shop",
      current_state: "DOWN",
      previous_state: "UP",
      long_description: "HTTP 502",
      importance_level: "HIGH",
      state_changed_timestamp: 1795863000,
      check_params: { hostname: "shop.example" },
    },
    want: { title: /^Shop: HTTP 502/, service: "shop.example", severity: "high", status: "firing" },
  },
  {
    sender: "Pingdom",
    form: "UP",
    body: { check_id: 9, check_name: "Shop", current_state: "UP" },
    want: { title: /Shop/, status: "resolved" },
  },
  {
    sender: "UptimeRobot",
    form: "down",
    body: {
      monitorID: 1,
      monitorFriendlyName: "Shop",
      alertTypeFriendlyName: "Down",
      alertDetails: "HTTP 502",
      monitorURL: "https://shop.example",
    },
    want: { title: /^Shop: HTTP 502/, status: "firing" },
  },
  {
    sender: "UptimeRobot",
    form: "up, as a form",
    body: "monitorID=1&monitorFriendlyName=Shop&alertTypeFriendlyName=Up",
    want: { title: /Shop/, status: "resolved" },
  },
  {
    sender: "Better Stack",
    form: "incident",
    body: {
      data: {
        id: "1",
        type: "incident",
        attributes: { name: "Shop", cause: "Status 502", started_at: STARTS, status: "Started" },
      },
    },
    want: { title: /^Shop: Status 502/ },
  },
  {
    sender: "GitHub Actions",
    form: "failed run",
    body: {
      action: "completed",
      workflow_run: {
        name: "deploy",
        workflow_id: 5,
        conclusion: "failure",
        display_title: "Raise limits",
        html_url: "https://gh.example/r/1",
      },
      repository: { full_name: "acme/stock" },
    },
    want: { title: /^deploy: Raise limits/, service: "acme/stock", severity: "warning", status: "firing" },
  },
  {
    sender: "GitHub Actions",
    form: "successful run",
    body: {
      action: "completed",
      workflow_run: { name: "deploy", workflow_id: 5, conclusion: "success" },
      repository: { full_name: "acme/stock" },
    },
    want: { title: /deploy/, status: "resolved" },
  },
  {
    sender: "GitHub Actions",
    form: "a run that begins",
    body: { action: "requested", workflow_run: { name: "deploy", workflow_id: 5, conclusion: null } },
    want: { title: /./, status: "none" },
  },
  {
    sender: "GitLab pipeline",
    form: "failed",
    body: {
      object_kind: "pipeline",
      object_attributes: { id: 1, status: "failed", url: "https://gl.example/p/1" },
      project: { id: 3, path_with_namespace: "acme/stock" },
      commit: { title: "Raise limits" },
    },
    want: { title: /pipeline: Raise limits/, service: "acme/stock", status: "firing" },
  },
  {
    sender: "GitLab pipeline",
    form: "running",
    body: { object_kind: "pipeline", object_attributes: { id: 1, status: "running" }, project: { id: 3 } },
    want: { title: /./, status: "none" },
  },
  {
    sender: "Jenkins",
    form: "notification plugin",
    body: {
      name: "stock-build",
      build: { phase: "FINALIZED", status: "FAILURE", full_url: "https://j.example/1", number: 7 },
    },
    want: { title: /^stock-build/, status: "firing" },
  },
  {
    sender: "Sentry issue alert",
    form: "event",
    body: {
      action: "triggered",
      data: {
        triggered_rule: "Many errors",
        event: {
          issue_id: "7",
          title: "TypeError: x is null",
          culprit: "price.ts",
          level: "fatal",
          project: 3,
          web_url: "https://s.example/7",
        },
      },
    },
    want: { title: /^Many errors: TypeError: x is null/, severity: "critical" },
  },
  {
    sender: "Sentry metric alert",
    form: "critical",
    body: {
      action: "critical",
      data: {
        description_title: "Critical: Stock errors",
        description_text: "60 errors in 5 minutes",
        metric_alert: { id: "9", title: "Stock errors", projects: ["stock"] },
      },
    },
    want: { title: /^Critical: Stock errors: 60 errors/, service: "stock", severity: "critical", status: "firing" },
  },
  {
    sender: "New Relic workflow",
    form: "activated",
    body: {
      id: "1",
      issueUrl: "https://n.example/1",
      title: "Stock fails",
      priority: "CRITICAL",
      state: "ACTIVATED",
      impactedEntities: ["stock"],
      createdAt: 1795863000000,
    },
    want: { title: /^Stock fails/, service: "stock", severity: "critical", status: "firing" },
  },
  {
    sender: "New Relic workflow",
    form: "closed",
    body: { id: "1", issueUrl: "https://n.example/1", title: "Stock fails", state: "CLOSED" },
    want: { title: /./, status: "resolved" },
  },
  {
    sender: "Kapacitor",
    form: "critical",
    body: {
      id: "stock cpu",
      message: "stock cpu is CRITICAL",
      level: "CRITICAL",
      time: STARTS,
      data: { series: [{ name: "cpu", tags: { host: "db-3" } }] },
    },
    want: { title: /^stock cpu: stock cpu is CRITICAL/, severity: "critical", status: "firing" },
  },
  {
    sender: "Netdata",
    form: "raised",
    body: {
      alarm: "ram_in_use",
      chart: "system.ram",
      status: "WARNING",
      info: "memory is short",
      hostname: "db-3",
      when: 1795863000,
    },
    want: { title: /^ram_in_use: memory is short/, service: "db-3", severity: "warning", status: "firing" },
  },
  {
    sender: "Datadog",
    form: "own payload",
    body: {
      id: "77",
      title: "Stock fails",
      body: "5xx above 5 %",
      alert_type: "error",
      alert_transition: "Triggered",
      hostname: "db-3",
      priority: "P2",
      link: "https://d.example/77",
    },
    want: { title: /^Stock fails: 5xx above 5 %/, service: "db-3", severity: "high", status: "firing" },
  },
  {
    sender: "Datadog",
    form: "recovered",
    body: { id: "77", title: "Stock fails", alert_transition: "Recovered" },
    want: { title: /./, status: "resolved" },
  },
  {
    sender: "Zabbix",
    form: "own payload",
    body: {
      event_id: "5",
      event_name: "Disk is full",
      severity: "Disaster",
      host: "db-3",
      status: "PROBLEM",
      trigger: "1771",
    },
    want: { title: /Disk is full/, service: "db-3", severity: "critical", status: "firing" },
  },
  {
    sender: "Gatus",
    form: "own payload",
    body: {
      name: "Shop",
      description: "502 instead of 200",
      status: "TRIGGERED",
      severity: "high",
      url: "https://shop.example",
    },
    want: { title: /^Shop: 502/, severity: "high", status: "firing" },
  },
  {
    sender: "Healthchecks",
    form: "own payload",
    body: { check: "nightly backup", status: "down", message: "no ping for 2 h" },
    want: { title: /^nightly backup: no ping/, status: "firing" },
  },
  {
    sender: "Slack's form",
    form: "attachments",
    body: { text: "Stock fails", attachments: [{ title: "StockFails", text: "5xx above 5 %", color: "danger" }] },
    want: { title: /^StockFails: Stock fails/ },
  },
  {
    sender: "Discord's form",
    form: "embeds",
    body: { content: null, embeds: [{ title: "StockFails", description: "5xx above 5 %" }] },
    want: { title: /^StockFails: 5xx/ },
  },
  {
    sender: "any JSON",
    form: "a message alone",
    body: { message: "The queue is stuck" },
    want: { title: /The queue is stuck/ },
  },
  {
    sender: "any JSON",
    form: "alerts without labels",
    body: {
      alerts: [{ name: "QueueStuck", message: "5,000 wait", severity: "P1" }, { name: "QueueSlow", message: "late" }],
    },
    want: { title: /^QueueStuck: 5,000 wait/, severity: "critical" },
  },
  {
    sender: "any JSON",
    form: "one a line",
    body: '{"name":"A","message":"one"}\n{"name":"B","message":"two"}',
    want: { title: /^A: one/ },
  },
];

export const SENDER_CASES: readonly SenderCase[] = [...alertmanager, ...others];
