# frozen_string_literal: true

require 'rack'

# The requests that bring a license: pasted text, and the form of the admin page.
class Api
  def call(env)
    License.connection_pool.with_connection { route(Rack::Request.new(env)) }
  end

  private

  def route(request)
    case [request.request_method, request.path_info]
    when ['POST', '/api/v4/license'] then add(pasted(request), :first)
    when ['POST', '/admin/license'] then add(uploaded(request), :page)
    when ['GET', '/api/v4/license'] then show(License.current)
    else answer(404, message: 'not found')
    end
  end

  def pasted(request)
    License.new(data: request.params['license'])
  end

  def uploaded(request)
    License.new(data_file: request.params.dig('license', 'data_file', :tempfile))
  end

  # The API says the first message only.
  def first(license)
    answer(400, message: license.errors.full_messages.first)
  end

  # The page joins all of them without a space, and takes them as HTML.
  def page(license)
    [400, { 'Content-Type' => 'text/html' }, ["<div>#{license.errors.full_messages.join}</div>"]]
  end

  # What is refused is answered as the API or as the page does.
  def add(license, refusal)
    return send(refusal, license) unless license.save

    answer(201, id: license.id, plan: license.plan, expires_at: license.expires_at.iso8601,
           sha256: license.sha256)
  end

  def show(license)
    return answer(404, message: 'no license') unless license

    answer(200, id: license.id, plan: license.plan, seats: license.restrictions[:active_user_count],
           worker: Process.pid)
  end

  def answer(status, body)
    [status, { 'Content-Type' => 'application/json' }, [JSON.generate(body)]]
  end
end
