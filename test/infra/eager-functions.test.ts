import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { withEagerFunctions } from '../../infra/esbuild/eager-functions.ts';

describe('a function that is an expression stands in brackets', () => {
  test.each([
    ['a=()=>1', 'a=(()=>1)'],
    ['a=b=>c=>b+c', 'a=(b=>(c=>b+c))'],
    ['a=async()=>{}', 'a=(async()=>{})'],
    ['a=function(){}', 'a=(function(){})'],
    ['a={b:()=>1,c(){return()=>2},get d(){return 3}}', 'a={b:(()=>1),c(){return(()=>2)},get d(){return 3}}'],
    ['f(a=>1,b=>2)', 'f((a=>1),(b=>2))'],
    ['a="Grüße 🔥",b=()=>"🔥",c=()=>1', 'a="Grüße 🔥",b=(()=>"🔥"),c=(()=>1)'],
    ['(()=>1)()', '((()=>1))()'],
  ])('%s', (code, expected) => expect(withEagerFunctions(code)).toBe(expected));
});

test.each(['function a(){}', 'class A{b(){}static c(){}get d(){return 1}#e(){}}', 'export default function(){}', ''])(
  'a method, a declaration, or no function at all stays as it is: %j',
  (code) => expect(withEagerFunctions(code)).toBe(code),
);

test('given functions in brackets, then they do the same and have the same names', () => {
  const code = `
    const add = (a) => (b) => a + b, named = function own() { return named.name; };
    class Counter { count = 0; up = () => ++this.count; static made = () => new Counter(); }
    const { inner = () => 'default' } = {};
    ({ all: [add(1)(2), add.name, named(), Counter.made().up(), Counter.made.name, inner(), inner.name] })`;
  expect(runInNewContext(withEagerFunctions(code))).toEqual(runInNewContext(code));
  expect(runInNewContext(code)).toEqual({ all: [3, 'add', 'own', 1, 'made', 'default', 'inner'] });
});

test('given what is no JavaScript, then it is refused', () => {
  expect(() => withEagerFunctions('const =')).toThrow(/cannot be read/);
});
