import { LeaseLost } from "../../store.ts";
import type { Diagnosis, Lease, NewWork, ToolCall } from "../../types.ts";
import { documents } from "../rows.ts";
import { IncidentTransaction } from "./incidents.ts";

/** Pieces of work, and what they find out. */
export class WorkTransaction extends IncidentTransaction {
  // deno-lint-ignore require-await
  async enqueueWork(work: NewWork): Promise<boolean> {
    const { look = 1, due_at: due } = work;
    const added = this.sql.run(
      `INSERT INTO work (id, kind, incident_id, episode, rank, created_at, look, due_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO NOTHING`,
      `${work.kind}/${work.incident_id}/${work.episode}${look === 1 ? "" : `/${look}`}`,
      work.kind,
      work.incident_id,
      work.episode,
      work.rank,
      work.created_at,
      look,
      due === undefined ? null : Date.parse(due),
    ) === 1;
    if (added) this.touched.work = true;
    return added;
  }

  // deno-lint-ignore require-await
  async assertLease(lease: Lease): Promise<void> {
    const held = this.sql.get(
      `SELECT 1 FROM ${lease.table} WHERE id = ? AND owner = ? AND fence = ?`,
      lease.id,
      lease.owner,
      lease.fence,
    );
    if (held === undefined) throw new LeaseLost(`${lease.owner} no longer holds ${lease.table} ${lease.id}`);
  }

  async finishWork(lease: Lease): Promise<void> {
    await this.assertLease(lease);
    this.sql.run("UPDATE work SET done = 1, owner = NULL, lease_until = NULL WHERE id = ?", lease.id);
    this.touched.work = true;
  }

  // deno-lint-ignore require-await
  async toolCalls(incidentId: string): Promise<ToolCall[]> {
    return documents(
      this.sql.all("SELECT document FROM tool_calls WHERE incident_id = ? ORDER BY seq", incidentId),
    );
  }

  // deno-lint-ignore require-await
  async addToolCall(incidentId: string, call: ToolCall): Promise<void> {
    this.sql.run(
      "INSERT INTO tool_calls (incident_id, id, document) VALUES (?, ?, ?)",
      incidentId,
      call.id,
      JSON.stringify(call),
    );
    this.touched.incidents.add(incidentId);
  }

  // deno-lint-ignore require-await
  async addBrainAnswer(workId: string, step: number, answer: unknown): Promise<void> {
    this.sql.run(
      "INSERT OR REPLACE INTO brain_answers (work_id, step, answer) VALUES (?, ?, ?)",
      workId,
      step,
      JSON.stringify(answer) ?? "null",
    );
  }

  // deno-lint-ignore require-await
  async brainAnswers(workId: string): Promise<{ step: number; answer: unknown }[]> {
    return this.sql.all("SELECT step, answer FROM brain_answers WHERE work_id = ? ORDER BY step", workId)
      .map((row) => ({ step: row.step as number, answer: JSON.parse(row.answer as string) }));
  }

  // deno-lint-ignore require-await
  async saveDiagnosis(incidentId: string, diagnosis: Diagnosis): Promise<void> {
    this.sql.run(
      "INSERT INTO diagnoses (incident_id, document) VALUES (?, ?)",
      incidentId,
      JSON.stringify(diagnosis),
    );
    if (!this.marked.has(incidentId)) this.unindexed.add(incidentId);
    this.touched.incidents.add(incidentId);
  }
}
