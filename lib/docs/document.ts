/** What the page reads of an OpenAPI document. */

export type Schema = {
  $ref?: string;
  type?: string | readonly string[];
  description?: string;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  anyOf?: readonly Schema[];
  allOf?: readonly Schema[];
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
};

export type Example = { summary?: string; value: unknown; 'x-request'?: unknown };
export type Media = { schema?: Schema; examples?: Readonly<Record<string, Example>> };
type Content = Readonly<Record<string, Media>>;
export type Reference = { $ref: string };
export type Parameter = { name: string; in: string; required?: boolean; description?: string; schema?: Schema };
export type Response = { description: string; headers?: Readonly<Record<string, unknown>>; content?: Content };

export type Operation = {
  operationId: string;
  tags: readonly string[];
  summary: string;
  description: string;
  security: readonly Readonly<Record<string, unknown>>[];
  parameters?: readonly (Parameter | Reference)[];
  requestBody?: { description?: string; content: Content };
  responses: Readonly<Record<string, Response>>;
};

export type Document = {
  info: { title: string; version: string; summary?: string; description: string };
  tags: readonly { name: string; description: string }[];
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: {
    schemas: Readonly<Record<string, Schema>>;
    parameters: Readonly<Record<string, Parameter>>;
    headers: Readonly<Record<string, { description?: string; example?: unknown }>>;
    securitySchemes: Readonly<Record<string, { description?: string }>>;
  };
};
